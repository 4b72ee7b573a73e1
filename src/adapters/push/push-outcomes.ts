import type { IncomingMessage } from 'node:http';
import {
  refused,
  type AttemptOutcome,
  type AttemptRequest,
} from '../../application/ports/sms-gateway.js';
import { retryAfterMsIn } from '../guarded-http/retry-after.js';

/** Enough for every answer that a push service gives. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** A longer pause may be a mistake. */
const RETRY_AFTER_MS_MAX = 3_600_000;

/**
 * The outcome of a call without an answer. Errors name the endpoint, which is the person's, so their words are not used.
 * @param isConnected the request may have arrived
 */
export const unanswered = (service: string, isConnected: boolean): AttemptOutcome =>
  isConnected
    ? { kind: 'unknown', reason: `${service} did not answer; it may have taken the message.` }
    : refused(
        'transient',
        `${service} could not be reached, so nothing was sent.`,
        'push-not-connected',
      );

/**
 * Names a message for push services: a later attempt replaces an earlier one that still waits. All attempts of a message
 * have one name; Web Push takes 32 characters of base64url at most (RFC 8030, 5.4).
 */
export const topicOf = ({ clientRef }: Pick<AttemptRequest, 'clientRef'>): string =>
  clientRef.slice(0, clientRef.indexOf('.')).replaceAll('-', '');

/** The text of an answer, cut off where it is too long. @throws when the connection breaks */
export async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The pause that an answer asks for. */
export function pauseMsIn({ headers }: IncomingMessage): number | null {
  const askedMs = retryAfterMsIn(headers);
  return askedMs === null ? null : Math.min(RETRY_AFTER_MS_MAX, askedMs);
}
