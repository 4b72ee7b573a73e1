import type { MessageStatus, operations } from 'waybill-client';
import { isCarried } from '../../../../src/domain/message/direct-channels.js';
import { channelWord, takerOf } from './channels.js';
import type { Family } from './statuses.js';
import { statuses } from './statuses.js';
import { fullTime, span } from './times.js';
import { phoneNumber } from './numbers.js';

export type TimelineEntry =
  operations['getTimeline']['responses'][200]['content']['application/json']['items'][number];

/** An event in words. */
export interface Told {
  readonly entry: TimelineEntry;
  readonly title: string;
  /** One word or two, for the track. */
  readonly label: string;
  /** The explanation, one sentence. */
  readonly text: string | null;
  /** The source of the event. */
  readonly source: string;
  /** The status after it, where it changed. */
  readonly changedTo: MessageStatus | null;
  /** The status of the main line before and after it. */
  readonly before: MessageStatus | null;
  readonly after: MessageStatus | null;
  readonly refusal: Refusal | null;
  /** Milliseconds since the event before; null for the first. */
  readonly sinceLastMs: number | null;
}

export interface Refusal {
  readonly tag: string;
  readonly family: Family;
}

export function tellTimeline(entries: readonly TimelineEntry[], now: Date): readonly Told[] {
  return entries.map((entry, index) => {
    const previous = entries[index - 1];
    const sinceLastMs =
      previous === undefined
        ? null
        : Math.max(0, Date.parse(entry.recordedAt) - Date.parse(previous.recordedAt));
    return tell(entry, sinceLastMs, now);
  });
}

function tell(entry: TimelineEntry, sinceLastMs: number | null, now: Date): Told {
  const { effect } = entry;
  const [title, label, text] = wordsOf(entry, now);
  return {
    entry,
    title,
    label,
    text,
    source: sourceOf(entry, now),
    changedTo: effect !== null && effect.from !== effect.to ? effect.to : null,
    before: effect?.from ?? null,
    after: effect?.to ?? null,
    refusal: refusalOf(entry),
    sinceLastMs,
  };
}

const plain = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : '';

type Words = readonly [title: string, label: string, text: string | null];

function wordsOf(entry: TimelineEntry, now: Date): Words {
  const { details, meaning, type } = entry;
  const say = (name: string): string => plain(details[name]);
  const at = (name: string): string => fullTime(say(name), now);
  switch (type) {
    case 'MessageRequested':
      return [
        'Asked to send',
        'Asked',
        details['sendAt'] == null ? null : `To be sent at ${at('sendAt')}.`,
      ];
    case 'AttemptStarted':
      return [`Attempt ${say('attempt')} started`, `Attempt ${say('attempt')}`, null];
    case 'AttemptRecovered':
      return [
        `Attempt ${say('attempt')} found`,
        'Found',
        'A report proves that it was made before the ledger was restored.',
      ];
    case 'AttemptAccepted':
      return [`${takerOf(details)} took the message`, 'Taken', null];
    case 'AttemptRefused': {
      const taker = takerOf(details);
      const isUnreached =
        details['code'] === undefined
          ? details['httpStatus'] == null
          : say('code').endsWith('not-connected');
      return [
        isUnreached
          ? `Attempt ${say('attempt')} did not reach ${taker.replace('The', 'the')}`
          : `${taker} refused attempt ${say('attempt')}`,
        isUnreached ? 'Not reached' : 'Refused',
        sentence(say('reason')),
      ];
    }
    case 'AttemptOutcomeUnknown':
      return [`Outcome of attempt ${say('attempt')} unknown`, 'Unknown', sentence(say('reason'))];
    case 'StatusReported':
    case 'ReportAdopted':
      return reported(entry, meaning);
    case 'StatusRefused':
      return [
        `Report “${say('status')}” refused`,
        refusalWord(entry),
        refusalSentence(entry, meaning),
      ];
    case 'RetryScheduled':
      return [
        `Attempt ${say('nextAttempt')} planned`,
        'Planned',
        `Due at ${at('dueAt')}. ${sentence(say('reason'))}`,
      ];
    case 'RetryWithdrawn': {
      const skipped = details['skipped'] as { readonly step: number } | undefined;
      if (skipped !== undefined)
        return [
          `Step ${skipped.step} of the fallback plan skipped`,
          'Skipped',
          sentence(say('reason')),
        ];
      return ['Next attempt withdrawn', 'Withdrawn', sentence(say('reason'))];
    }
    case 'DeliveryUnconfirmed':
      return [
        'No receipt in time',
        'No receipt',
        `Nobody confirmed it within ${span(Number(details['windowSeconds']) * 1000)}.`,
      ];
    case 'FallbackStarted':
      return [`Another channel: ${channelWord(say('channel'))}`, channelWord(say('channel')), null];
    case 'FallbackFinished':
      return [
        'Other channels ended',
        'Ended',
        say('outcome') === 'reached'
          ? 'The message has arrived, so no other is tried.'
          : 'The message has not arrived, and no other is tried.',
      ];
    case 'MessageCancelled':
      return ['Cancelled', 'Cancelled', sentence(say('reason'))];
    case 'MessageExpired':
      return ['Expired', 'Expired', `It had to be sent before ${at('expiresAt')}.`];
    case 'PersonalDataErased':
      return [
        'Its person was erased',
        'Erased',
        'Number, text, reference and raw webhooks are gone for good; everything else stays.',
      ];
    case 'OutcomeResolved':
      return [`Settled by a person: ${say('outcome')}`, 'Settled', sentence(say('reason'))];
    case 'MessageResent':
      return ['Sent again as a new message', 'Sent again', sentence(say('reason'))];
    default:
      return details['damaged'] === undefined
        ? [type, type, null]
        : ['An event that cannot be read', 'Unreadable', sentence(say('damaged'))];
  }
}

function reported(entry: TimelineEntry, meaning: string | null): Words {
  const status = String(entry.details['status']);
  const channel = plain(entry.details['channel']);
  const code = entry.details['errorCode'];
  const text = meaning === null ? null : `${code === undefined ? '' : `${plain(code)} `}${meaning}`;
  switch (status) {
    case 'submitted':
      return isCarried(channel)
        ? ['Carrier has it', 'With carrier', text]
        : ['Vonage handed it on', 'Handed on', text];
    case 'delivered':
      return isCarried(channel)
        ? ['Phone has it', 'On the phone', text]
        : [`Delivered by ${channelWord(channel)}`, 'Delivered', text];
    case 'read':
      return ['Opened', 'Opened', text];
    default:
      return [
        `Reported ${status}`,
        statuses[status as MessageStatus]?.word ?? status,
        text === null ? null : sentence(text),
      ];
  }
}

function refusalOf(entry: TimelineEntry): Refusal | null {
  if (entry.effect === null || entry.effect.applied) return null;
  return entry.effect.reason === 'contradiction'
    ? { tag: `Contradicts ${String(entry.details['current'])}`, family: 'clash' }
    : { tag: refusalWord(entry), family: 'closed' };
}

const refusalWords: Readonly<Record<string, string>> = {
  late: 'Late',
  repeat: 'Repeat',
  superseded: 'Superseded',
  'not-sent': 'Not sent',
  contradiction: 'Denied',
};

const refusalWord = ({ effect }: TimelineEntry): string =>
  refusalWords[effect?.reason ?? ''] ?? 'Refused';

function refusalSentence({ effect, details }: TimelineEntry, meaning: string | null): string {
  const current = String(details['current']);
  switch (effect?.reason) {
    case 'late':
      return 'Something later was already known, so it changed nothing.';
    case 'repeat':
      return 'It was known already, so it changed nothing.';
    case 'superseded':
      return 'It is about another attempt than the one that counts, so it changed nothing.';
    case 'not-sent':
      return 'Nothing had been handed over that it could be about, so it changed nothing.';
    case 'contradiction':
    case null:
    case undefined:
    default:
      return `${meaning === null ? '' : `${sentence(meaning)} `}The message stays ${current}.`;
  }
}

function sourceOf({ source, actor, details, occurredAt }: TimelineEntry, now: Date): string {
  if (details.hasWebhook && occurredAt !== null) {
    return `Webhook, Vonage said so at ${fullTime(occurredAt, now)}`;
  }
  const by = actor === null ? '' : ` by ${actor}`;
  switch (source) {
    case 'api':
      return `Request${by}${from(details['from'])}`;
    case 'cli':
      return `Command line${by}`;
    case 'dispatcher':
      return 'Waybill’s dispatcher';
    case 'agenda':
      return 'Waybill’s timer';
    case 'webhook':
      return 'Webhook';
    case 'reconciliation':
      return `Vonage’s own records, compared${by}`;
  }
}

const from = (sender: unknown): string =>
  typeof sender === 'string' ? `, from ${phoneNumber(sender)}` : '';

/** The first letter as a capital, and a full stop at the end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const end = /[.!?…”]$/.test(trimmed) ? '' : '.';
  return `${trimmed[0]?.toUpperCase()}${trimmed.slice(1)}${end}`;
}

/** `explanation` split: its first sentence is the headline, the rest stands under it. */
export function splitExplanation(explanation: string): readonly [headline: string, rest: string] {
  const end = /[.!?]["”]?(?= [A-Z])/.exec(explanation);
  if (end === null) return [explanation, ''];
  const at = end.index + end[0].length;
  return [explanation.slice(0, at), explanation.slice(at).trim()];
}
