import { mock } from 'node:test';
import { ThrottledLog } from '../../src/application/throttled-log.js';
import { LogCapture } from '../support/watching/log-capture.js';

beforeEach(() => {
  mock.timers.enable();
});
afterEach(() => {
  mock.timers.reset();
});

interface Line {
  readonly message: string;
  readonly level: string;
  readonly times?: number;
  readonly place?: string;
}

const linesOf = (capture: LogCapture): readonly Line[] =>
  capture.lines.map((line) => JSON.parse(line) as Line);

it('says the first at once, and of the rest how many there were, once a minute', () => {
  const capture = new LogCapture();
  const log = new ThrottledLog(capture.logger);
  for (let times = 0; times < 1_000; times++) log.warn('a', { place: `p${times}` }, 'It happened.');
  expect(linesOf(capture)).toMatchObject([{ message: 'It happened.', place: 'p0' }]);
  mock.timers.tick(60_000);
  expect(linesOf(capture).slice(1)).toMatchObject([{ times: 999, place: 'p999', level: 'warn' }]);
});

it('speaks at once again after a quiet minute', () => {
  const capture = new LogCapture();
  const log = new ThrottledLog(capture.logger);
  log.error('a', {}, 'It happened.');
  mock.timers.tick(60_000);
  expect(capture.lines).toHaveLength(1);
  log.error('a', {}, 'It happened.');
  expect(linesOf(capture)).toMatchObject([{ level: 'error' }, { level: 'error' }]);
});

it('keeps kinds apart', () => {
  const capture = new LogCapture();
  const log = new ThrottledLog(capture.logger);
  log.warn('a', {}, 'One.');
  log.warn('b', {}, 'Another.');
  expect(linesOf(capture).map(({ message }) => message)).toEqual(['One.', 'Another.']);
});
