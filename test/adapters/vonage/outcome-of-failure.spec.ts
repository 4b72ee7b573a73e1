import { AnswerTimeout } from '../../../src/adapters/vonage/kept-connections.js';
import { outcomeOfFailure } from '../../../src/adapters/vonage/outcome-of-failure.js';

// Failures that not every test machine can produce: routes, certificates, slow connects.
const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code} 447700900042`), { code, ...more });
const tried = (...errors: Error[]) =>
  Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' });
const connect = { syscall: 'connect' };

const kindOf = (error: unknown) => {
  const outcome = outcomeOfFailure(error, 1_000);
  return outcome.kind === 'refused' ? outcome.class : outcome.kind;
};

describe('a call that failed without an answer', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'was provably not sent: %s',
    (code) => {
      expect(kindOf(coded(code))).toBe('transient');
    },
  );

  it('was provably not sent when every address of the host failed to connect', () => {
    const slow = coded('ETIMEDOUT', connect);
    expect(kindOf(slow)).toBe('transient');
    expect(kindOf(tried(slow, coded('ECONNREFUSED', connect)))).toBe('transient');
  });

  it('was provably not sent when no connection was had in time', () => {
    expect(kindOf(new AnswerTimeout(false))).toBe('transient');
  });

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'was not sent to a host that could not prove itself: %s',
    (code) => {
      expect(kindOf(coded(code))).toBe('configuration');
    },
  );

  it.each([
    ['a reset', coded('ECONNRESET')],
    ['a read that took too long', coded('ETIMEDOUT', { syscall: 'read' })],
    ['an answer that took too long', new AnswerTimeout(true)],
    ['one address that may have taken it', tried(coded('ECONNRESET'))],
    ['no address at all', tried()],
    ['an error without a code', new Error('447700900042')],
    ['nothing', undefined],
    ['a text', 'ECONNREFUSED'],
  ])('may have been sent: %s', (_name, error) => {
    const outcome = outcomeOfFailure(error, 1_000);
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(JSON.stringify(outcome)).not.toContain('447700900042');
  });
});
