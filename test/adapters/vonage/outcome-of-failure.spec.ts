import { AnswerTimeout, NoConnection } from '../../../src/adapters/vonage/kept-connections.js';
import { outcomeOfFailure } from '../../../src/adapters/vonage/outcome-of-failure.js';

// Failures that not every test machine can produce: routes, certificates, slow connects.
const coded = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code} 447700900042`), { code, ...more });
const tried = (...errors: Error[]) =>
  Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' });

const kindOf = (error: unknown) => {
  const outcome = outcomeOfFailure(error, 1_000);
  return outcome.kind === 'refused' ? outcome.class : outcome.kind;
};

describe('a call that failed without an answer', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT', 'EPROTO'])(
    'was provably not sent when no connection was had: %s',
    (code) => {
      expect(kindOf(new NoConnection(coded(code)))).toBe('transient');
      expect(kindOf(new NoConnection(tried(coded(code))))).toBe('transient');
      expect(kindOf(coded(code))).toBe('unknown');
    },
  );

  it('was provably not sent when no connection was had, for a reason without a code', () => {
    expect(kindOf(new NoConnection(new Error('447700900042')))).toBe('transient');
  });

  it('was provably not sent when no connection was had in time', () => {
    expect(kindOf(new AnswerTimeout(false))).toBe('transient');
  });

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'was not sent to a host that could not prove itself: %s',
    (code) => {
      expect(kindOf(new NoConnection(coded(code)))).toBe('configuration');
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
