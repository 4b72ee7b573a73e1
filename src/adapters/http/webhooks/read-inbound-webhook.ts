import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import type { Inbound } from '../../../domain/inbound-events.js';
import { keywordOf } from '../../../domain/keyword.js';
import { factIdsOf, type Hashes } from './fact-id.js';
import { parseWebhookBody } from './body/webhook-body.js';
import {
  channelOf,
  countOf,
  nameOf,
  objectOf,
  objectOrNone,
  occurrenceIn,
  partyOf,
  storable,
  usageOf,
  type Fields,
} from './webhook-fields.js';

export type InboundWebhook =
  | {
      readonly kind: 'inbound';
      readonly inbound: Inbound;
      /** Vonage's timestamp, or ours when it sent no plausible one. ISO 8601 UTC. */
      readonly occurredAt: string;
      /** UUIDs made from the body: the same body is the same fact. */
      readonly factIds: ReturnType<typeof factIdsOf>;
      /** The text; where it has no word, the label of the chosen button or the words under a picture; null where there is none. */
      readonly words: string | null;
    }
  | { readonly kind: 'not-understood'; readonly reason: string };

/** Reads the body of an inbound webhook of any channel, v1 or v0.1. Total: any bytes give a value. */
export function readInboundWebhook(
  body: Buffer,
  { digest, sha256, receivedAt }: Hashes & Pick<WebhookEvidence, 'receivedAt'>,
): InboundWebhook {
  const parsed = parseWebhookBody(body);
  if (!parsed.ok) return { kind: 'not-understood', reason: parsed.reason };
  const { fields, messageUuid } = parsed;
  // In the v0.1 form the content lies two levels deeper.
  const message = objectOf(fields['message']);
  const content = message === null ? fields : objectOrNone(message['content']);
  const text = typeof content['text'] === 'string' ? storable(content['text']) : null;
  const messageType =
    nameOf(message === null ? content['message_type'] : content['type']) ??
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
  const { occurredAt, ...claim } = occurrenceIn(fields, receivedAt);
  const inbound: Inbound = {
    messageUuid,
    channel: channelOf(fields['channel']) ?? from.channel ?? to.channel ?? 'unknown',
    from: from.address,
    to: to.address,
    messageType: messageType ?? 'unknown',
    text,
    keyword: keywordIn(content, sms),
    segmentCount: countOf(sms['num_messages'] ?? sms['count_total'] ?? sms['total_count']),
    networkCode: nameOf(objectOrNone(fields['origin'])['network_code']),
    usage: usageOf(fields['usage']),
    ...claim,
  };
  return {
    kind: 'inbound',
    inbound,
    occurredAt,
    factIds: factIdsOf({ digest, sha256 }),
    words: saidIn(content, sms) ?? text,
  };
}

/** Vonage's keyword is the first word of the text as received, so it is read like the text. */
function keywordIn(content: Fields, sms: Fields): string | null {
  const words = firstWithWord([sms['keyword'], content['text'], ...otherWords(content)]);
  return words === null ? null : keywordOf(words);
}

/** The text; where it has no word, what else tells what the person said. */
const saidIn = (content: Fields, sms: Fields): string | null =>
  firstWithWord([content['text'], ...otherWords(content), sms['keyword']]);

function firstWithWord(candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) {
    const words = typeof candidate === 'string' ? storable(candidate) : null;
    if (words !== null && keywordOf(words) !== null) return words;
  }
  return null;
}

/** The types of message that may carry words beside what they show. */
const CAPTIONED = ['image', 'video', 'audio', 'file'] as const;

/**
 * Returns the label of the button or list entry that a person chose (WhatsApp and RCS: `button` and `reply`; Vonage's
 * specification 1.11.0), and the words under a picture. The payload behind a label belongs to the business, and counts
 * only where no text comes with it.
 */
function otherWords(content: Fields): readonly unknown[] {
  const button = objectOrNone(content['button']);
  const reply = objectOrNone(content['reply']);
  const captions = CAPTIONED.map((type) => objectOrNone(content[type])['caption']);
  return [button['text'], reply['title'], ...captions, button['payload'], reply['id']];
}
