import { refused, type AttemptOutcome } from '../../application/ports/sms-gateway.js';
import { AnswerTimeout, NoConnection } from './kept-connections.js';

/**
 * Returns the meaning of an error without an answer. Only a failure that provably came before the request left is a
 * refusal; after any other, the request may have reached Vonage. The error's own words are not used, because they may
 * name the token, the text or the number.
 */
export function outcomeOfFailure(error: unknown, timeoutMs: number): AttemptOutcome {
  if (error instanceof AnswerTimeout) {
    return error.wasConnected
      ? unknown(`Vonage did not answer within ${timeoutMs} ms.`)
      : refused(
          'transient',
          `Vonage could not be reached within ${timeoutMs} ms, so nothing was sent.`,
        );
  }
  const isConnected = !(error instanceof NoConnection);
  const code = codeOf(isConnected ? error : error.cause);
  if (code !== null && badAddressCodes.has(code)) {
    return refused('configuration', 'The configured address of Vonage cannot be called.');
  }
  if (code !== null && certificateCodes.has(code)) {
    return refused(
      'configuration',
      `The certificate at the address of Vonage is not valid (${code}).`,
    );
  }
  if (!isConnected) {
    const named = code === null ? '' : ` (${code})`;
    return refused('transient', `Vonage could not be reached, so nothing was sent${named}.`);
  }
  if (code === null) {
    return unknown('The call to Vonage failed, which says nothing about the message.');
  }
  return unknown(`The connection to Vonage broke while the request was under way (${code}).`);
}

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

/** No address, or one without HTTP. */
const badAddressCodes: ReadonlySet<string> = new Set(['ERR_INVALID_URL', 'ERR_INVALID_PROTOCOL']);

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code) ? code : null;
}

const unknown = (reason: string): AttemptOutcome => ({ kind: 'unknown', reason });
