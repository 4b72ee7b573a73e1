import { tellLog, type LogMessage } from '../../src/threads/thread-messages.js';
import { LogCapture } from '../support/watching/log-capture.js';

/** What the log of the process says of a line that a thread told. */
function logged(error: unknown): Readonly<Record<string, unknown>> {
  const { logger, lines } = new LogCapture();
  const tell = (message: LogMessage): void => {
    const { level, facts, sentence } = structuredClone(message);
    logger[level](facts, sentence);
  };
  tellLog(tell).error({ loop: 'x', error }, 'It failed.');
  return JSON.parse(lines.join('')) as Readonly<Record<string, unknown>>;
}

it('tells of an error in a thread what it says and where it comes from', () => {
  const defect = Object.assign(new TypeError('x is not a function'), { call: () => undefined });
  expect(logged(defect)).toMatchObject({
    level: 'error',
    message: 'It failed.',
    loop: 'x',
    reason: 'x is not a function',
    stack: expect.stringContaining('thread-messages.spec'),
  });
});

it('tells each address of a name that did not answer', () => {
  const each = ['::1', '127.0.0.1'].map((host) => new Error(`connect ECONNREFUSED ${host}:5432`));
  expect(logged(new AggregateError(each))).toMatchObject({
    reason: 'connect ECONNREFUSED ::1:5432, connect ECONNREFUSED 127.0.0.1:5432',
  });
});
