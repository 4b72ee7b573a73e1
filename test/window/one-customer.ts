import type { DomainEvent } from '../../src/domain/events.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import type { Report } from '../../src/domain/report.js';
import {
  generateMessage,
  uuidAt,
  type GeneratedEvent,
} from '../../testing/generated-messages/generate-messages.js';

/** A number that Ofcom keeps for drama. */
export const CUSTOMER = '447700900321';
const SENDER = 'Northgate';
const REPLIES_TO = '447700900000';
const NETWORK = '23415';
/** The phone was out of reach. */
const CODE = '1180';

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

type Ending = 'delivered' | 'contradicted' | 'undeliverable' | 'unconfirmed' | 'submitted';

interface Sent {
  readonly agoMs: number;
  readonly ending: Ending;
  readonly text: string;
  readonly reference: string;
}

const sent: readonly Sent[] = [
  {
    agoMs: 25 * DAY_MS,
    ending: 'delivered',
    text: 'Autumn offer: 20% off boiler cover until Sunday.',
    reference: 'autumn-26',
  },
  {
    agoMs: 3 * DAY_MS,
    ending: 'unconfirmed',
    text: 'Your booking for Friday, 18:30, is confirmed.',
    reference: 'table-3309',
  },
  {
    agoMs: 26 * HOUR_MS,
    ending: 'undeliverable',
    text: 'Parcel NG-20771 could not be left.',
    reference: 'parcel-20771',
  },
  {
    agoMs: 3 * HOUR_MS,
    ending: 'delivered',
    text: 'Parcel NG-20771 arrives this afternoon.',
    reference: 'parcel-20771',
  },
  {
    agoMs: 42 * MINUTE_MS,
    ending: 'unconfirmed',
    text: 'Your Northgate code is 493021.',
    reference: 'login-8840',
  },
  {
    agoMs: 9 * MINUTE_MS,
    ending: 'contradicted',
    text: 'Your Northgate code is 120884.',
    reference: 'login-8841',
  },
  {
    agoMs: MINUTE_MS,
    ending: 'submitted',
    text: 'Your Northgate code is 771903.',
    reference: 'login-8852',
  },
];

const written = [
  { agoMs: 2.9 * HOUR_MS, text: 'ok thanks, leave with no 14' },
  { agoMs: 3 * MINUTE_MS, text: 'code not arrived??' },
] as const;

/** The conversation with one customer, in which messages end in every way that Find shows. */
export const customerHistory = (nowMs: number): readonly GeneratedEvent<DomainEvent>[] => [
  ...sent.flatMap(({ agoMs, ending, text, reference }) =>
    messageThatEnds(ending, nowMs - agoMs).map((one) => ({
      ...one,
      event: toCustomer(one.event, text, reference),
    })),
  ),
  ...written.map(({ agoMs, text }) => received(nowMs - agoMs, text)),
];

/** The first generated message at this time that ends so. */
function messageThatEnds(ending: Ending, atMs: number): readonly GeneratedEvent[] {
  for (let number = 0; ; number++) {
    const delivered = ending === 'delivered' || ending === 'contradicted' ? 1 : 0;
    const events = generateMessage(11, number, 1, { atMs, delivered, slowestMs: 5_000 });
    const [{ event: asked } = {}] = events;
    if (asked?.type !== 'MessageRequested' || asked.data.channel !== 'sms') continue;
    if (endingOf(events.at(-1)?.event) === ending) return events;
  }
}

function endingOf(last: MessageEvent | undefined): string | undefined {
  if (last?.type === 'StatusRefused') return 'contradicted';
  if (last?.type === 'DeliveryUnconfirmed') return 'unconfirmed';
  return last?.type === 'StatusReported' ? last.data.status : undefined;
}

function toCustomer(event: MessageEvent, text: string, reference: string): MessageEvent {
  const address = { to: CUSTOMER, from: SENDER };
  if (event.type === 'MessageRequested') {
    return { ...event, data: { ...event.data, ...address, text, reference, country: 'GB' } };
  }
  if (event.type === 'AttemptStarted') return { ...event, data: { ...event.data, ...address } };
  if (event.type === 'StatusReported') {
    return { ...event, data: { ...event.data, ...address, ...reported(event.data) } };
  }
  if (event.type === 'StatusRefused') {
    return { ...event, data: { ...event.data, ...address, ...reported(event.data) } };
  }
  return event;
}

const reported = ({ error }: Pick<Report, 'error'>): Pick<Report, 'error' | 'networkCode'> => ({
  networkCode: NETWORK,
  error: error === null ? null : { ...error, code: CODE },
});

function received(atMs: number, text: string): GeneratedEvent<DomainEvent> {
  const at = new Date(atMs).toISOString();
  const [messageUuid, id] = [uuidAt(atMs, 1), uuidAt(atMs, 2)];
  return {
    id,
    stream: `inbound-${messageUuid}`,
    revision: 0,
    at: atMs,
    metadata: { recordedAt: at, correlationId: messageUuid, causationId: id, source: 'webhook' },
    event: {
      type: 'InboundReceived',
      data: {
        messageUuid,
        channel: 'sms',
        from: CUSTOMER,
        to: REPLIES_TO,
        messageType: 'text',
        text,
        keyword: text.split(' ')[0]?.toUpperCase() ?? null,
        segmentCount: 1,
        networkCode: NETWORK,
        usage: null,
        occurredAt: at,
      },
    },
  };
}
