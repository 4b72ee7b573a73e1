import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { Freshness } from '../../../src/application/reporting/as-of.js';
import { newEvents } from '../../../testing/events.js';

const NOW = '2026-01-01T12:00:00.000Z';
const EARLIER = '2026-01-01T11:00:00.000Z';

const clocks = { clock: { now: () => new Date(NOW) }, monotonic: monotonicClock };
/** The projector's thread has not reported anything newer. */
const noLag = (): { events: number; seconds: number } => ({ events: 0, seconds: 0 });

it('claims everything only where the rows reach to the end of the ledger, whatever the projector believes', async () => {
  const store = new MemoryEventStore();
  const freshness = new Freshness(clocks, new PagedEventFeed(store), noLag);
  const { position } = await store.append('message-1', newEvents(1), 'no-stream');
  const progress = { position, asOf: EARLIER };
  expect((await freshness.asOf(progress)).time).toBe(NOW);
  await store.append('message-2', newEvents(1), 'no-stream');
  expect((await freshness.asOf(progress)).time).toBe(EARLIER);
  expect((await freshness.asOf(undefined)).time).toBeNull();
});

it('claims what the rows say where the ledger cannot be asked', async () => {
  const store = new MemoryEventStore();
  const freshness = new Freshness(clocks, new PagedEventFeed(store), noLag);
  const { position } = await store.append('message-1', newEvents(1), 'no-stream');
  await store.close();
  expect((await freshness.asOf({ position, asOf: EARLIER })).time).toBe(EARLIER);
});
