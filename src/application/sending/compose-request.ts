import type { Encoding, MessageRequest, OnUnknown } from '../../domain/message/message-events.js';
import type { AddressResult } from '../../domain/contacts/address-result.js';
import { parseRecipient, parseSenderAddress } from '../../domain/contacts/address.js';
import type { DefaultCountry } from '../../domain/contacts/phone-number.js';
import type { Priority } from '../../domain/message/priority.js';
import { segmentsOf } from '../../domain/segments.js';
import { isBlank } from '../../domain/written-text.js';
import { InvalidRequest, type Fault } from '../errors.js';
import { checkText } from './check-text.js';
import {
  composeFallback,
  noDirectChannels,
  type DirectChannels,
  type FallbackDraft,
} from './compose-fallback.js';

/** A draft without a fault, and the request that is recorded for it. */
export interface SoundMessage {
  readonly ok: true;
  readonly draft: MessageDraft;
  readonly request: MessageRequest;
}

/** The result of reading a draft: the request that a send records, or every fault that a send would name. */
export type Composition =
  | SoundMessage
  | {
      readonly ok: false;
      readonly draft: Partial<MessageDraft>;
      /** At least one. */
      readonly faults: readonly Fault[];
      /** The parts of the request without a fault. */
      readonly understood: Partial<MessageRequest>;
    };

/** A caller's request, typed but not yet validated. */
export interface MessageDraft {
  readonly to: string;
  readonly text: string;
  readonly from?: string;
  readonly channel?: string;
  readonly reference?: string;
  /** ISO 8601 with a zone. */
  readonly sendAt?: string;
  readonly ttlSeconds?: number;
  readonly confirmWithinSeconds?: number;
  readonly encoding?: Encoding;
  readonly onUnknown?: OnUnknown;
  readonly priority?: Priority;
  readonly fallback?: readonly FallbackDraft[];
  /** The reason for sending although the recipient has opted out. */
  readonly overrideOptOut?: string;
  /** Vonage's `message_uuid` of the received message that it answers, in any case. */
  readonly inReplyTo?: string;
}

export interface RequestDefaults {
  /** Sender of messages that name none. */
  readonly from: string | null;
  readonly confirmWithinSeconds: number;
  readonly country: DefaultCountry;
  /** A message that waits for longer would lose its text; null: it never does. */
  readonly retainPersonalDays: number | null;
  /** Undefined: none. */
  readonly direct?: DirectChannels;
}

/** The channels on which Vonage takes a plain text (Messages API 1.20.0). */
export const textChannels = [
  'sms',
  'mms',
  'rcs',
  'whatsapp',
  'viber_service',
  'messenger',
] as const;

/** The most days that a message may be scheduled ahead. */
const SEND_AHEAD_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

/** Turns a draft into the request that is recorded, or names every fault at once. */
export function composeRequest(
  draft: MessageDraft,
  defaults: RequestDefaults,
  now: Date,
): Composition {
  const faults: Fault[] = [];
  const channel = draft.channel ?? 'sms';
  const encoding = draft.encoding ?? 'auto';
  const recipient = read(parseRecipient(draft.to, channel, defaults.country), '/to', faults);
  const from = readFrom(draft.from ?? defaults.from, channel, defaults.country, faults);
  checkText(draft.text, channel, '/text', faults);
  const segments = segmentsOf(draft.text, channel === 'sms' ? encoding : 'auto');
  if (!segments.ok) faults.push({ pointer: '/text', detail: `text ${segments.reason}` });
  checkEncoding(draft, channel, faults);
  const sendAt = readSendAt(draft.sendAt, now, defaults, faults);
  const { country, direct = noDirectChannels } = defaults;
  const to = faults.some(({ pointer }) => pointer === '/to') ? null : draft.to;
  const text = isBlank(draft.text) ? null : draft.text;
  const message = { to, text, channel, encoding, country, direct };
  const fallback = (draft.fallback ?? []).map((step, index) =>
    composeFallback(step, message, `/fallback/${index}`, faults),
  );
  const ttlSeconds = draft.ttlSeconds ?? null;
  const startsAt = sendAt ?? now;
  const request = {
    to: recipient.address,
    from,
    channel,
    text: draft.text,
    reference: draft.reference ?? null,
    sendAt: sendAt === null ? null : sendAt.toISOString(),
    expiresAt:
      ttlSeconds === null ? null : new Date(startsAt.getTime() + ttlSeconds * 1000).toISOString(),
    ttlSeconds,
    confirmWithinSeconds: draft.confirmWithinSeconds ?? defaults.confirmWithinSeconds,
    encoding,
    country: recipient.country,
    fallback,
    onUnknown: draft.onUnknown ?? 'wait',
    resendOf: null,
    overrideOptOut: draft.overrideOptOut ?? null,
    priority: draft.priority ?? 'normal',
    // Uuids are recorded in lower case.
    inReplyTo: draft.inReplyTo?.toLowerCase() ?? null,
  };
  if (faults.length === 0 && segments.ok) {
    return { ok: true, draft, request: { ...request, segments: segments.segments } };
  }
  const understood = segments.ok ? { ...request, segments: segments.segments } : request;
  return { ok: false, draft, faults, understood: withoutFaulty(understood, faults) };
}

/** @throws InvalidRequest naming every fault */
export function requireSound(composition: Composition): SoundMessage {
  if (composition.ok) return composition;
  throw new InvalidRequest(composition.faults);
}

/** The body's fields from which a part of the request is derived, where their names differ. */
const derivedFrom: Readonly<Record<string, readonly string[]>> = {
  country: ['to'],
  segments: ['text', 'encoding'],
  expiresAt: ['ttlSeconds', 'sendAt'],
};

/** The parts of a request that no fault touches. */
export function withoutFaulty(
  request: Partial<MessageRequest>,
  faults: readonly Fault[],
): Partial<MessageRequest> {
  const faulty = new Set(faults.map(fieldOf));
  // The channel decides what an address is and how long a text may be.
  if (faulty.has('channel')) return {};
  return Object.fromEntries(
    Object.entries(request).filter(
      ([name]) => !(derivedFrom[name] ?? [name]).some((field) => faulty.has(field)),
    ),
  );
}

/** The field of the body that a fault is in. */
export const fieldOf = ({ pointer = '' }: Fault): string => pointer.split('/')[1] ?? '';

/** Returns the address, or a substitute when it has a fault. */
function read(
  result: AddressResult,
  pointer: string,
  faults: Fault[],
): { readonly address: string; readonly country: string | null } {
  if (result.ok) return result;
  faults.push({ pointer, detail: `${pointer.slice(1)} ${result.reason}` });
  return { address: '', country: null };
}

function readFrom(
  from: string | null,
  channel: string,
  country: DefaultCountry,
  faults: Fault[],
): string {
  if (from !== null) {
    return read(parseSenderAddress(from, channel, country), '/from', faults).address;
  }
  faults.push({
    pointer: '/from',
    detail: 'from is missing: give a sender, or set VONAGE_NUMBER',
  });
  return '';
}

/** Checks that only an SMS names an encoding. */
function checkEncoding(
  { encoding, fallback = [] }: MessageDraft,
  channel: string,
  faults: Fault[],
) {
  if (encoding === undefined || encoding === 'auto') return;
  if ([channel, ...fallback.map((step) => step.channel)].includes('sms')) return;
  faults.push({
    pointer: '/encoding',
    detail: `encoding is for SMS; ${channel} has none to choose`,
  });
}

function readSendAt(
  sendAt: string | undefined,
  now: Date,
  { retainPersonalDays }: RequestDefaults,
  faults: Fault[],
): Date | null {
  if (sendAt === undefined) return null;
  const time = new Date(sendAt);
  if (Number.isNaN(time.getTime())) {
    faults.push({
      pointer: '/sendAt',
      detail: 'sendAt is not a time: write it as 2030-01-31T09:30:00Z',
    });
    return null;
  }
  const daysMax = Math.min(SEND_AHEAD_DAYS_MAX, retainPersonalDays ?? SEND_AHEAD_DAYS_MAX);
  if (time.getTime() > now.getTime() + daysMax * DAY_MS) {
    faults.push({
      pointer: '/sendAt',
      detail: `sendAt is more than ${daysMax} days ahead`,
    });
  }
  // A time in the past means now: clocks differ, and requests take time.
  return time.getTime() <= now.getTime() ? null : time;
}
