import { connect, type LookupFunction } from 'node:net';
import * as fc from 'fast-check';
import { createPinoLogger } from '../../../src/adapters/logging/pino-logger.js';
import { LogCapture } from '../../support/watching/log-capture.js';

/** A name of two addresses. */
const bothAddresses: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ]);

const SECRET = 'kept-between-us';

const logged = (facts: Readonly<Record<string, unknown>>): string => {
  const capture = new LogCapture();
  capture.logger.error(facts, 'Something happened.');
  return capture.lines.join('');
};

it('hides whatever stands under a name for secrets, texts and numbers, three levels deep', () => {
  const name = fc.constantFrom(
    'authorization',
    'Authorization',
    'privateKey',
    'apiSecret',
    'signatureSecrets',
    'token',
    'text',
    'to',
    'from',
    'rawBody',
    'headers',
    'body',
  );
  const secret = fc.constantFrom<unknown>(SECRET, [SECRET], { deep: { deeper: SECRET } });
  const way = fc.array(fc.constantFrom('message', 'request', 'a', 'options'), { maxLength: 2 });
  fc.assert(
    fc.property(name, secret, way, (last, value, path) => {
      const facts = [...path, last].reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      expect(logged(facts as Record<string, unknown>)).not.toContain(SECRET);
    }),
  );
});

it('writes of an error what it says and where it comes from, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error('the cause'), {
    code: 'ERR_SQLITE_ERROR',
    errcode: 517,
    config: { headers: { Authorization: `Bearer ${SECRET}` }, data: SECRET },
  });
  const error = Object.assign(new Error('the failure', { cause }), {
    response: { config: SECRET },
    request: SECRET,
  });
  const line = logged({ error });
  expect(line).not.toContain(SECRET);
  expect(JSON.parse(line)).toMatchObject({
    level: 'error',
    message: 'Something happened.',
    error: {
      name: 'Error',
      message: 'the failure',
      stack: expect.stringContaining('pino-logger.spec'),
      cause: { message: 'the cause', code: 'ERR_SQLITE_ERROR', errcode: 517 },
    },
  });
  expect(logged({ error: { toString: () => 'thrown', data: SECRET } })).not.toContain(SECRET);
});

it('writes where nobody answered, also for a name of several addresses', async () => {
  const thrown = await new Promise((resolve) => {
    connect({
      host: 'localhost',
      port: 1,
      lookup: bothAddresses,
      // A busy machine may see the first answer late.
      autoSelectFamilyAttemptTimeout: 60_000,
    }).once('error', resolve);
  });
  const { error } = JSON.parse(logged({ error: thrown })) as { error: { message: string } };
  expect(error.message).toContain('ECONNREFUSED 127.0.0.1:1');
  expect(error.message).toContain('ECONNREFUSED 127.0.0.2:1');
});

it('writes one line of JSON each, from its level up', () => {
  const lines: string[] = [];
  const logger = createPinoLogger('warn', { write: (line) => lines.push(line) });
  logger.info({}, 'Too quiet.');
  logger.warn({ id: 1 }, 'Two\nlines.');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[^\n]+\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    id: 1,
    message: 'Two\nlines.',
  });
});
