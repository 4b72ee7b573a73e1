import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import type { Inbound } from '../../../domain/inbound-events.js';
import { factIdOf } from './fact-id.js';
import { parseWebhookBody } from './webhook-body.js';
import {
  countOf,
  momentOf,
  objectOf,
  objectOrNone,
  partyOf,
  storable,
  textOf,
  usageOf,
} from './webhook-fields.js';

export type InboundWebhook =
  | {
      readonly kind: 'inbound';
      readonly inbound: Inbound;
      /** Vonage's timestamp, or ours when it sent none that can be read. ISO 8601 UTC. */
      readonly occurredAt: string;
      /** A UUID made from the body: the same body is the same fact. */
      readonly factId: string;
    }
  | { readonly kind: 'not-understood'; readonly reason: string };

/**
 * Reads the body of an inbound webhook of any channel, v1 or v0.1. Total: whatever the bytes are, the answer
 * is a value.
 */
export function readInboundWebhook(
  body: Buffer,
  { sha256, receivedAt }: Pick<WebhookEvidence, 'sha256' | 'receivedAt'>,
): InboundWebhook {
  const parsed = parseWebhookBody(body);
  if (!parsed.ok) return { kind: 'not-understood', reason: parsed.reason };
  const { fields, messageUuid } = parsed;
  // In the v0.1 form the content lies two levels deeper.
  const message = objectOf(fields['message']);
  const content = message === null ? fields : objectOrNone(message['content']);
  const text = typeof content['text'] === 'string' ? storable(content['text']) : null;
  const messageType =
    textOf(message === null ? content['message_type'] : content['type']) ??
    (text === null ? null : 'text');
  if (messageType === null && 'status' in fields) {
    return {
      kind: 'not-understood',
      reason:
        'a status report at the address for inbound messages: check both addresses in the Vonage application',
    };
  }
  const to = partyOf(fields['to']);
  const from = partyOf(fields['from']);
  const sms = objectOrNone(message === null ? fields['sms'] : message['sms']);
  const inbound: Inbound = {
    messageUuid,
    channel: textOf(fields['channel']) ?? from.channel ?? to.channel ?? 'unknown',
    from: from.address,
    to: to.address,
    messageType: messageType ?? 'unknown',
    text,
    keyword: textOf(sms['keyword'])?.toUpperCase() ?? (text === null ? null : keywordOf(text)),
    segmentCount: countOf(sms['num_messages'] ?? sms['count_total'] ?? sms['total_count']),
    networkCode: textOf(objectOrNone(fields['origin'])['network_code']),
    usage: usageOf(fields['usage']),
  };
  return {
    kind: 'inbound',
    inbound,
    occurredAt: momentOf(fields['timestamp']) ?? receivedAt,
    factId: factIdOf(sha256),
  };
}

const KEYWORD_CHARACTERS_MAX = 40;

/**
 * The first word, upper case, without the punctuation around it: "Stop!" must count as STOP. Null when the
 * text begins with no word.
 */
export function keywordOf(text: string): string | null {
  const word = /^[\s\p{P}\p{S}]{0,40}([\p{L}\p{N}]+)/u.exec(text)?.[1];
  return word?.slice(0, KEYWORD_CHARACTERS_MAX).toUpperCase() ?? null;
}
