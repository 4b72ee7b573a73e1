import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import type { DeliveryTotal } from '../../../src/application/ports/delivery-totals.js';
import {
  BUCKETS,
  timesToDelivery,
} from '../../../src/application/projecting/messages/delivery-histogram.js';
import { Freshness } from '../../../src/application/reporting/as-of.js';
import { ReportConfidence } from '../../../src/application/reporting/delivery-confidence.js';
import { ReportDelivery } from '../../../src/application/reporting/delivery-report.js';
import { messageStatuses, type MessageStatus } from '../../../src/domain/message/message-status.js';
import { systemClock } from '../../support/worlds/read-models.js';

const totalOf = (counts: Partial<Record<MessageStatus, number>>): DeliveryTotal => ({
  group: ['GB', null],
  messages: Object.values(counts).reduce((sum, count) => sum + count, 0),
  byStatus: messageStatuses.map((status) => counts[status] ?? 0),
  segments: 0,
  priced: { messages: 0, segments: 0 },
  amounts: new Map(),
  contradicted: 0,
  deliveredByOperator: 0,
  timesToDelivery: timesToDelivery(new Uint32Array(BUCKETS)),
});

async function trustAfter(counts: Partial<Record<MessageStatus, number>>) {
  const source = {
    totals: () => Promise.resolve({ totals: [totalOf(counts)], progress: undefined }),
  };
  const clocks = { clock: systemClock, monotonic: monotonicClock };
  const lag = () => ({ events: 0, seconds: 0 });
  const freshness = new Freshness(clocks, new PagedEventFeed(new MemoryEventStore()), lag);
  const confidence = new ReportConfidence(new ReportDelivery(source, freshness));
  const [row] = (await confidence.execute({})).countries;
  return { receipts: row?.receipts, basis: row?.basis };
}

it.each<[string, Partial<Record<MessageStatus, number>>, object]>([
  ['most are delivered', { delivered: 96, undeliverable: 4 }, { receipts: 'reliable' }],
  [
    'a campaign waits or is under way beside them',
    { delivered: 96, undeliverable: 4, scheduled: 5_000, accepted: 500, submitted: 500 },
    { receipts: 'reliable', basis: 'measured' },
  ],
  [
    'a fifth is never confirmed, and as many more were withdrawn',
    { delivered: 79, unconfirmed: 21, cancelled: 200 },
    { receipts: 'limited', basis: 'measured' },
  ],
  ['nothing has come to an end yet', { scheduled: 5_000 }, { basis: 'hint' }],
])('rates the receipts of a country where %s', async (_, counts, trust) => {
  expect(await trustAfter(counts)).toMatchObject(trust);
});
