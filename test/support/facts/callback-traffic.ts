import { seededRandom, skewed } from '../../../testing/seeded-random.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import type { Report, ReportStatus } from '../../../src/domain/report.js';

/** One parsed status webhook. */
export interface Callback {
  readonly messageId: string;
  readonly report: Report;
  readonly occurredAt: string;
  /** True when it overtakes the answer to our own call, and names no client ref. */
  readonly isStray: boolean;
}

export interface TrafficMessage {
  readonly messageId: string;
  readonly messageUuid: string;
  readonly requested: MessageEvent;
  readonly started: MessageEvent;
  readonly accepted: MessageEvent;
  readonly callbacks: readonly Callback[];
}

const BEGIN_MS = Date.UTC(2026, 4, 30, 20);
const countries = [
  ['GB', '4477009'],
  ['US', '1202555'],
  ['IN', '9198765'],
  ['DE', '4915123'],
] as const;

/** Generates messages and their reports: about 1 % contradicted, and 1 % of callbacks before the send. */
export function makeTraffic(seed: number, callbacksMin: number): readonly TrafficMessage[] {
  const random = seededRandom(seed);
  const messages: TrafficMessage[] = [];
  for (let callbacks = 0; callbacks < callbacksMin;) {
    const message = makeMessage(messages.length, random);
    callbacks += message.callbacks.length;
    messages.push(message);
  }
  return messages;
}

function makeMessage(number: number, random: () => number): TrafficMessage {
  const messageId = uuid(number, 1);
  const messageUuid = uuid(number, 2);
  const at = BEGIN_MS + number * 3_000;
  const time = (afterMs: number): string => new Date(at + afterMs).toISOString();
  const [country, prefix] = skewed(countries, random);
  const to = `${prefix}${String(number % 100_000).padStart(5, '0')}`;
  const from = skewed(['Waybill', 'Shop', '447700900001'], random);
  const channel = random() < 0.8 ? 'sms' : 'whatsapp';
  const address = { to, from, channel };
  const clientRef = `${messageId}.1`;
  const strayFirst = random() < 0.024;
  const usage = {
    currency: random() < 0.9 ? 'EUR' : 'USD',
    price: skewed(['0.0333', '0.00590000', '0.1'], random),
  };
  const networkCode = `${prefix.slice(0, 3)}${Math.floor(3 * random())}`;
  const callbacks: Callback[] = [];
  const say = (status: ReportStatus, afterMs: number, code: string | null = null): void => {
    const isStray = strayFirst && callbacks.length === 0;
    callbacks.push({
      messageId,
      isStray,
      occurredAt: time(afterMs),
      report: {
        ...address,
        reportId: uuid(number, 10 + callbacks.length),
        messageUuid,
        attempt: isStray ? null : 1,
        status,
        clientRef: isStray ? null : clientRef,
        error:
          code === null
            ? null
            : { code, title: 'No', detail: null, type: null, class: 'permanent' },
        usage,
        networkCode,
        segmentCount: 1 + (number % 3),
        segments: [],
        workflow: null,
      },
    });
  };
  say('submitted', 900);
  const fate = random();
  if (fate < 0.78) say('delivered', 1_000 + Math.floor(random() ** 4 * 600_000));
  if (fate < 0.12) say('read', 700_000);
  if (fate >= 0.12 && fate < 0.14) say('undeliverable', 800_000, '1310');
  if (fate >= 0.78 && fate < 0.93)
    say(
      fate < 0.85 ? 'rejected' : 'undeliverable',
      60_000,
      skewed(['1310', '1320', '1340'], random),
    );
  const request = {
    ...address,
    text: 'Hello',
    reference: number % 4 === 0 ? `order-${number % 1000}` : null,
    sendAt: null,
    expiresAt: null,
    ttlSeconds: null,
    confirmWithinSeconds: 1800,
    encoding: 'auto' as const,
    segments: { encoding: 'GSM-7' as const, count: 1 },
    country,
    fallback: [],
    onUnknown: 'wait' as const,
    resendOf: null,
    overrideOptOut: null,
    priority: 'normal' as const,
    inReplyTo: null,
  };
  return {
    messageId,
    messageUuid,
    requested: { type: 'MessageRequested', data: { ...request, occurredAt: time(0) } },
    started: {
      type: 'AttemptStarted',
      data: { ...address, attempt: 1, clientRef, confirmBy: time(1_800_000), occurredAt: time(10) },
    },
    accepted: { type: 'AttemptAccepted', data: { attempt: 1, messageUuid, occurredAt: time(300) } },
    callbacks,
  };
}

/**
 * Returns them in random order, a tenth of them twice. Of two contradicting reports the first one wins, so
 * their relative order is information and stays.
 */
export function shuffled(callbacks: readonly Callback[], seed: number): readonly Callback[] {
  const random = seededRandom(seed);
  const mixed = callbacks.map((callback) => ({ callback, place: random() }));
  const finals = new Map<string, typeof mixed>();
  for (const one of mixed) {
    const { status } = one.callback.report;
    if (status === 'submitted' || status === 'read') continue;
    finals.set(one.callback.messageId, [...(finals.get(one.callback.messageId) ?? []), one]);
  }
  for (const some of finals.values()) {
    const places = some.map(({ place }) => place).toSorted((left, right) => left - right);
    for (const [index, one] of some.entries()) one.place = places[index] ?? one.place;
  }
  const repeats = mixed
    .filter(({ callback }) => !callback.isStray && random() < 0.1)
    .map(({ callback, place }) => ({ callback, place: place + random() * (1 - place) }));
  return [...mixed, ...repeats]
    .toSorted((left, right) => left.place - right.place)
    .map(({ callback }) => callback);
}

function uuid(number: number, kind: number): string {
  const low = number.toString(16).padStart(12, '0');
  return `0199${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${low}`;
}
