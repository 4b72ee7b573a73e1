import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { SqlMessageSearch } from '../../../src/adapters/read-model/messages/sql-message-search.js';
import { projectionStores } from '../../../src/adapters/read-model/projection-stores.js';
import { InboundTables } from '../../../src/adapters/read-model/tables/inbound.js';
import type { ProjectionName } from '../../../src/application/ports/projection-store.js';
import { allProjections } from '../../../src/application/projecting/all-projections.js';
import { catchUp } from '../../../src/application/projecting/catch-up.js';
import { Freshness } from '../../../src/application/reporting/as-of.js';
import { ListInbound } from '../../../src/application/reporting/inbound-list.js';
import { newEvents } from '../../../testing/events.js';
import { MESSAGE_ID, MESSAGE_UUID, requested } from '../../support/facts/message-facts.js';
import { recordAgedInbound, recordEvents } from '../../support/facts/record-events.js';

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

it('finds a received message at once, and claims only what both lists have taken in', async () => {
  const store = new MemoryEventStore();
  const feed = new PagedEventFeed(store);
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  await recordAgedInbound(store, { id: MESSAGE_UUID, number: '1', text: 'Hello?', days: 1 });
  await recordEvents(store, MESSAGE_ID, requested({ inReplyTo: MESSAGE_UUID }));
  const list = new ListInbound(
    new InboundTables(catalog),
    new SqlMessageSearch(catalog),
    new Freshness(clocks, feed, noLag),
    store,
  );
  const { signal } = new AbortController();
  const catchUpWith = (name: ProjectionName): Promise<unknown> => {
    const found = allProjections(projectionStores(catalog)).find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return catchUp(feed, found, signal);
  };
  const received = { messageUuid: MESSAGE_UUID, from: '1', text: 'Hello?', answers: [] };
  expect(await list.find(MESSAGE_UUID)).toMatchObject({ ...received, asOf: { time: null } });
  await catchUpWith('inbound');
  expect(await list.find(MESSAGE_UUID)).toMatchObject({ ...received, asOf: { time: null } });
  await catchUpWith('messages');
  const answers = [expect.objectContaining({ id: MESSAGE_ID })];
  expect(await list.find(MESSAGE_UUID)).toMatchObject({ answers, asOf: { time: NOW } });
  await catalog.close();
});
