import { createHash } from 'node:crypto';
import type { EventMetadata } from '../../src/application/ports/event-store.js';
import type { DomainEvent } from '../../src/domain/events.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import type { Report, ReportStatus } from '../../src/domain/report.js';
import { seededRandom, skewed } from '../seeded-random.js';

const countries: readonly (readonly [string, string, number])[] = [
  ['GB', '4477009', 4],
  ['US', '1202555', 5],
  ['DE', '4915123', 3],
  ['FR', '3361234', 4],
  ['IN', '9198765', 6],
  ['BR', '5511998', 4],
  ['NG', '2348031', 4],
  ['AU', '6141234', 3],
  ['ES', '3460012', 3],
  ['IT', '3934712', 3],
  ['NL', '3161234', 3],
  ['PL', '4850123', 3],
  ['SE', '4670123', 2],
  ['KE', '2547123', 2],
  ['ZA', '2782123', 3],
  ['MX', '5215512', 3],
  ['JP', '8190123', 3],
  ['SG', '6591234', 2],
  ['AE', '9715012', 2],
  ['CH', '4179123', 2],
  ['AT', '4366412', 2],
  ['BE', '3247012', 2],
  ['DK', '4520123', 2],
  ['IE', '3538512', 2],
  ['GH', '2332412', 2],
];
const senders = ['Waybill', 'Shop', 'Bank', '447700900001', 'Parcels', 'Clinic', 'Taxi', 'Alerts'];
const errorCodes = ['1310', '1320', '1330', '1340', '1350', '1360', '1370', '1380', '1420'];
const prices = ['0.0333', '0.0412', '0.0075', '0.0689', '0.0271'];

/** One number and one reference get far more messages than others, as a permanent probe does. */
export const PROBE_NUMBER = '447700900001';
export const PROBE_REFERENCE = 'probe';
const PROBE_EVERY = 50;
/** A reference shared by many recipients. */
export const CAMPAIGN_REFERENCE = 'campaign';
const CAMPAIGN_SHARE = 0.1;
/** A sender of the first tenth of the time only: frequent overall, absent where most pages begin. */
export const SEASONAL_SENDER = 'Season';
const SEASON_SHARE = 0.1;

export const FIRST_AT_MS = Date.UTC(2026, 0, 1);
const SPAN_MS = 90 * 86_400_000;

export interface GeneratedEvent<Event extends DomainEvent = MessageEvent> {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly event: Event;
  readonly metadata: EventMetadata;
  /** The time of recording, which gives the order of the ledger. */
  readonly at: number;
}

/** When a message is asked for, and how well its hour goes; without it, as in the made-up year. */
export interface Circumstances {
  readonly atMs: number;
  /** Of one. */
  readonly delivered: number;
  /** The longest time to the phone. */
  readonly slowestMs: number;
}

/**
 * The events of one message of a made-up year of traffic: 88 % delivered, 6 % failed, 4 % unconfirmed,
 * the rest on their way; 1 % contradicted. The uneven distribution makes searches hard. The result depends only
 * on the seed and the number.
 */
export function generateMessage(
  seed: number,
  number: number,
  messages: number,
  circumstances?: Circumstances,
): GeneratedEvent[] {
  const random = seededRandom(seed + number * 7919);
  const {
    atMs: at,
    delivered,
    slowestMs,
  } = circumstances ?? {
    atMs: FIRST_AT_MS + Math.floor((number / messages) * SPAN_MS),
    delivered: 0.88,
    slowestMs: 3_600_000,
  };
  const [country, prefix, networks] = skewed(countries, random);
  const isProbe = number % PROBE_EVERY === 0;
  const any = `${prefix}${String(Math.floor(random() * 1e5)).padStart(5, '0')}`;
  const to = isProbe ? PROBE_NUMBER : any;
  const isSeason = number < messages * SEASON_SHARE && number % 3 === 0;
  const from = isSeason ? SEASONAL_SENDER : skewed(senders, random);
  const channel = random() < 0.95 ? 'sms' : 'whatsapp';
  const messageId = uuidAt(at, number);
  const messageUuid = uuidAt(at + 1, number);
  const network = `${prefix.slice(0, 3)}${Math.floor(networks * random() ** 2)}`;
  const story = new Story(messageId, at);
  story.add(0, {
    type: 'MessageRequested',
    data: {
      to,
      from,
      channel,
      text: 'Your parcel arrives today between 10 and 12.',
      reference: referenceOf(number, isProbe, random()),
      sendAt: null,
      expiresAt: null,
      ttlSeconds: null,
      confirmWithinSeconds: 1800,
      encoding: 'auto',
      segments: { encoding: 'GSM-7', count: 1 },
      country,
      fallback: [],
      onUnknown: 'wait',
      resendOf: null,
      overrideOptOut: null,
      priority: 'normal',
      inReplyTo: null,
      occurredAt: story.time(0),
    },
  });
  story.add(5, {
    type: 'AttemptStarted',
    data: {
      attempt: 1,
      channel,
      to,
      from,
      clientRef: `${messageId}.1`,
      confirmBy: story.time(1_800_005),
      occurredAt: story.time(5),
    },
  });
  story.add(150, {
    type: 'AttemptAccepted',
    data: { attempt: 1, messageUuid, occurredAt: story.time(150) },
  });
  const price = skewed(prices, random);
  const report = (
    status: ReportStatus,
    afterMs: number,
    code: string | null,
  ): Report & { occurredAt: string } => ({
    reportId: uuidAt(at + afterMs, number + 1),
    messageUuid,
    attempt: 1,
    status,
    to,
    from,
    channel,
    clientRef: `${messageId}.1`,
    error:
      code === null
        ? null
        : { code, title: 'Failed', detail: null, type: null, class: 'permanent' },
    usage: { currency: 'EUR', price },
    networkCode: network,
    segmentCount: 1,
    segments: [],
    workflow: null,
    occurredAt: story.time(afterMs),
  });
  const fate = random();
  story.report(report('submitted', 800, null));
  const later = 1_000 + Math.floor(random() ** 6 * slowestMs);
  const notDelivered = 1 - delivered;
  if (fate < delivered) {
    story.report(report('delivered', later, null));
    if (fate < 0.01) {
      const denial = report('undeliverable', later + 1_000, '1310');
      story.add(later + 1_000, {
        type: 'StatusRefused',
        data: { ...denial, current: 'delivered', reason: 'contradiction', adoptedFrom: null },
      });
    }
  } else if (fate < delivered + notDelivered / 2) {
    story.report(
      report(
        fate < delivered + notDelivered / 3 ? 'undeliverable' : 'rejected',
        later,
        skewed(errorCodes, random),
      ),
    );
  } else if (fate < delivered + (notDelivered * 5) / 6) {
    story.add(1_800_005, {
      type: 'DeliveryUnconfirmed',
      data: { attempt: 1, windowSeconds: 1800, occurredAt: story.time(1_800_005) },
    });
  }
  return story.events;
}

function referenceOf(number: number, isProbe: boolean, chance: number): string | null {
  if (isProbe) return PROBE_REFERENCE;
  if (chance < CAMPAIGN_SHARE) return CAMPAIGN_REFERENCE;
  return chance < 0.4 ? `order-${number}` : null;
}

class Story {
  readonly events: GeneratedEvent[] = [];

  constructor(
    private readonly messageId: string,
    private readonly startedAt: number,
  ) {}

  time(afterMs: number): string {
    return new Date(this.startedAt + afterMs).toISOString();
  }

  add(afterMs: number, event: MessageEvent): void {
    const id = uuidAt(this.startedAt + afterMs, this.events.length * 65_537 + 3);
    this.events.push({
      id,
      stream: `message-${this.messageId}`,
      revision: this.events.length,
      event,
      metadata: {
        recordedAt: this.time(afterMs),
        correlationId: this.messageId,
        causationId: id,
        source: 'api',
      },
      at: this.startedAt + afterMs,
    });
  }

  report(data: Report & { readonly occurredAt: string }): void {
    const afterMs = Date.parse(data.occurredAt) - this.startedAt;
    this.add(afterMs, { type: 'StatusReported', data });
    const last = this.events.at(-1);
    if (last === undefined) return;
    const rawBody = JSON.stringify({
      message_uuid: data.messageUuid,
      to: data.to,
      from: data.from,
      timestamp: data.occurredAt,
      status: data.status,
      channel: data.channel,
      client_ref: data.clientRef,
      usage: data.usage,
      destination: { network_code: data.networkCode },
      sms: { count_total: '1' },
    });
    const metadata: EventMetadata = {
      ...last.metadata,
      source: 'webhook',
      webhook: {
        jti: last.id,
        iat: Math.floor(last.at / 1000),
        receivedAt: last.metadata.recordedAt,
        sha256: SHA256,
        rawBody,
        rawBodyEncoding: 'utf8',
      },
    };
    this.events[this.events.length - 1] = { ...last, metadata };
  }
}

/** A stand-in for a body's hash, of the real length. */
const SHA256 = createHash('sha256').update('a body').digest('hex');

/** Returns an id in the form of a UUIDv7, different for every time and number. */
export function uuidAt(time: number, number: number): string {
  const stamp = time.toString(16).padStart(12, '0');
  const high = ((Math.imul(number, 0x9e3779b1) >>> 0) + 0x1_0000_0000).toString(16).slice(1);
  const low = ((Math.imul(number, 0x85ebca6b) >>> 0) + 0x1_0000_0000).toString(16).slice(1);
  const tail = (number >>> 0).toString(16).padStart(7, '0').slice(-7);
  return `${stamp.slice(0, 8)}-${stamp.slice(8)}-7${high.slice(0, 3)}-8${high.slice(3, 6)}-${low.slice(0, 5)}${tail}`;
}
