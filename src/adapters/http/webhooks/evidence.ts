import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import type { GenuineWebhook } from './verify-webhook.js';

/** The proof of a webhook, kept with the event: the signed token and the bytes. */
export function evidenceOf(
  { token, claims: { jti, iat }, sha256 }: Omit<GenuineWebhook, 'kind'>,
  digest: string,
  body: Buffer,
  now: Date,
): WebhookEvidence {
  const text = body.toString('utf8');
  // Bytes that are not UTF-8 would not survive as text.
  const isText =
    (!text.includes('\ufffd') || Buffer.from(text, 'utf8').equals(body)) &&
    (body.length < ESCAPES_MATTER_BYTES || !swellsInJson(text, body.length));
  return {
    token,
    ...(jti === null ? {} : { jti }),
    iat,
    receivedAt: now.toISOString(),
    digest,
    sha256,
    rawBody: isText ? text : body.toString('base64'),
    rawBodyEncoding: isText ? 'utf8' : 'base64',
  };
}

/** Below this size even fully escaped JSON (`\u0000` for each character) fits into an event. */
const ESCAPES_MATTER_BYTES = 64 * 1024;

/** Base64 makes four bytes of three; escapes can make six of one. */
const swellsInJson = (text: string, bytes: number): boolean =>
  Buffer.byteLength(JSON.stringify(text)) > (bytes * 4) / 3;
