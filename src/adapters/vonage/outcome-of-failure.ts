import type { AttemptOutcome } from '../../application/ports/sms-gateway.js';
import type { DeliveryErrorClass } from '../../domain/delivery-errors/delivery-error.js';

/**
 * Returns the meaning of an error without an answer. Only a failure that provably came before the request left is a
 * refusal; after any other, the request may have reached Vonage. The error's own words are not used, because the
 * SDK's errors carry the token, the text and the number.
 */
export function outcomeOfFailure(error: unknown, timeoutMs: number): AttemptOutcome {
  if (nameOf(error) === 'AbortError') {
    return unknown(`Vonage did not answer within ${timeoutMs} ms.`);
  }
  const cause = (error as { cause?: unknown } | null | undefined)?.cause;
  if (isBadAddress(error) || isBadAddress(cause)) {
    return notSent('configuration', 'The configured address of Vonage cannot be called.');
  }
  if (cause === undefined) {
    // The SDK throws a TypeError for the missing body of an answer that it took for a success.
    return error instanceof TypeError
      ? unknown('Vonage took the request, but its answer could not be read.')
      : unknown('The call to Vonage failed, which says nothing about the message.');
  }
  const code = codeOf(cause);
  if (code !== null && certificateCodes.has(code)) {
    return notSent(
      'configuration',
      `The certificate at the address of Vonage is not valid (${code}).`,
    );
  }
  if (code !== null && (unconnectedCodes.has(code) || isFailedConnect(cause))) {
    return notSent('transient', `Vonage could not be reached, so nothing was sent (${code}).`);
  }
  const named = code === null ? '' : ` (${code})`;
  return unknown(`The connection to Vonage broke while the request was under way${named}.`);
}

/** No connection, hence no request. */
const unconnectedCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The handshake failed, hence no request. */
const certificateCodes: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** True when every address of the host failed, for example because none answered in time. */
function isFailedConnect(cause: unknown): boolean {
  const errors = cause instanceof AggregateError ? (cause.errors as unknown[]) : [cause];
  return errors.length > 0 && errors.every((error) => textIn(error, 'syscall') === 'connect');
}

/** `fetch` refuses ports of other protocols without a code, and invalid addresses with one. */
const isBadAddress = (error: unknown): boolean =>
  textIn(error, 'message') === 'bad port' || codeOf(error) === 'ERR_INVALID_URL';

const nameOf = (error: unknown): string | null => textIn(error, 'name');

function codeOf(error: unknown): string | null {
  const code = textIn(error, 'code');
  return code !== null && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : null;
}

function textIn(error: unknown, key: 'name' | 'code' | 'message' | 'syscall'): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const value = (error as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' ? value : null;
}

const unknown = (reason: string): AttemptOutcome => ({ kind: 'unknown', reason });

const notSent = (errorClass: DeliveryErrorClass, reason: string): AttemptOutcome => ({
  kind: 'refused',
  httpStatus: null,
  class: errorClass,
  reason,
  problem: null,
  retryAfterMs: null,
});
