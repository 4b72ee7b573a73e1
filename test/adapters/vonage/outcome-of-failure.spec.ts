import { outcomeOfFailure } from '../../../src/adapters/vonage/outcome-of-failure.js';

// Failures that not every test machine can produce: routes, certificates, slow connects.
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });
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
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'UND_ERR_CONNECT_TIMEOUT',
  ])('was provably not sent: %s', (code) => {
    expect(kindOf(fetchFailed(coded(code)))).toBe('transient');
  });

  it('was provably not sent when every address of the host failed to connect', () => {
    const slow = coded('ETIMEDOUT', connect);
    expect(kindOf(fetchFailed(slow))).toBe('transient');
    expect(kindOf(fetchFailed(tried(slow, coded('ECONNREFUSED', connect))))).toBe('transient');
  });

  it.each(['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    'was not sent to a host that could not prove itself: %s',
    (code) => {
      expect(kindOf(fetchFailed(coded(code)))).toBe('configuration');
    },
  );

  it.each([
    ['a reset', fetchFailed(coded('ECONNRESET'))],
    ['a socket that closed', fetchFailed(coded('UND_ERR_SOCKET'))],
    ['a read that took too long', fetchFailed(coded('ETIMEDOUT', { syscall: 'read' }))],
    ['headers that took too long', fetchFailed(coded('UND_ERR_HEADERS_TIMEOUT'))],
    ['one address that may have taken it', fetchFailed(tried(coded('ECONNRESET')))],
    ['no address at all', fetchFailed(tried())],
    ['a cause that says nothing', fetchFailed(new Error('447700900042'))],
    ['a cause that is no error', fetchFailed('ECONNREFUSED')],
    ['another error', new Error('447700900042')],
    ['nothing', undefined],
    ['a text', 'ECONNREFUSED'],
  ])('may have been sent: %s', (_name, error) => {
    const outcome = outcomeOfFailure(error, 1_000);
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringMatching(/^[A-Z].*\.$/) });
    expect(JSON.stringify(outcome)).not.toContain('447700900042');
  });
});
