import { isDeepStrictEqual } from 'node:util';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { seededRandom } from '../../../testing/seeded-random.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { rebuild } from '../../../src/adapters/read-model/copies/rebuild.js';
import { MessageIndexTable } from '../../../src/adapters/read-model/tables/message-index.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { fold, MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import type { MessageRow } from '../../../src/application/projecting/messages/message-row.js';
import { parsePrice } from '../../../src/application/projecting/messages/money.js';
import { messageStream } from '../../../src/application/streams.js';
import { AdoptReports } from '../../../src/application/tracking/adopt-reports.js';
import { ReceiveStatus } from '../../../src/application/tracking/receive-status.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import {
  makeTraffic,
  shuffled,
  type Callback,
  type TrafficMessage,
} from '../../support/facts/callback-traffic.js';
import {
  allRows,
  FailingDatabase,
  newProjector,
  projected,
  runUntilStopped,
  reportOf,
} from '../../support/worlds/read-models.js';

/** The number of callbacks; continuous integration also runs 100,000. */
const CALLBACKS_MIN = Number(process.env['PROOF_CALLBACKS'] ?? 6_000);
const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const NOW = new Date('2026-05-31T00:00:00.000Z');

/** A ledger built from callbacks, and the read models that followed it. */
interface Run {
  readonly store: MemoryEventStore;
  readonly feed: PagedEventFeed;
  readonly catalog: Catalog;
}

describe(`read models of ${CALLBACKS_MIN} callbacks (PROOF_SEED=${SEED})`, () => {
  const traffic = makeTraffic(SEED, CALLBACKS_MIN);
  const inOrder = traffic.flatMap(({ callbacks }) => callbacks);
  let ordered: Run;
  let mixed: Run;
  let failing: FailingDatabase;
  let orderedRows: ReadonlyMap<string, MessageRow>;

  beforeAll(async () => {
    ordered = await run(traffic, inOrder, 'sent first', new MemoryReadModelDatabase());
    failing = new FailingDatabase(new MemoryReadModelDatabase(), seededRandom(SEED + 2));
    mixed = await run(traffic, shuffled(inOrder, SEED + 1), 'strays overtake', failing);
    orderedRows = await allRows(ordered.catalog);
  }, 240_000);

  afterAll(async () => {
    for (const { store, catalog } of [ordered, mixed]) {
      await store.close();
      await catalog.close();
    }
  });

  it('has the proportions that it claims', () => {
    const strays = inOrder.filter(({ isStray }) => isStray).length;
    const contradicted = [...orderedRows.values()].filter((row) => row.contradicted).length;
    expect(inOrder.length).toBeGreaterThanOrEqual(CALLBACKS_MIN);
    // About 1 % each, for any seed.
    expect(strays / inOrder.length).toBeGreaterThan(0.005);
    expect(contradicted / inOrder.length).toBeGreaterThan(0.005);
    expect(failing.failures).toBeGreaterThan(0);
  });

  it('lists the same messages, row by row, whatever the order and however often it is killed', async () => {
    expect(differences(await allRows(mixed.catalog), orderedRows)).toEqual([]);
    expect(orderedRows.size).toBe(traffic.length);
  });

  it('lists what folding the streams gives', async () => {
    const folded: object[] = [];
    const listed: object[] = [];
    for (const { messageId } of traffic) {
      const { message } = fold(await mixed.store.read(messageStream(messageId)));
      const row = orderedRows.get(messageId);
      if (message.kind !== 'tracked' || row === undefined) throw new Error('a message is missing');
      const attempt = message.attempts.at(-1);
      const { status, contradicted, current } = row;
      const { networkCode, segmentCount, amount } = current;
      listed.push({ messageId, status, contradicted, networkCode, segmentCount, amount });
      folded.push({
        messageId,
        status: message.status,
        contradicted: message.contradiction !== null,
        networkCode: attempt?.networkCode ?? null,
        segmentCount: attempt?.segmentCount ?? null,
        amount: parsePrice(attempt?.usage?.price ?? '0'),
      });
    }
    expect(listed).toEqual(folded);
  });

  it('reports the same from a rebuild', async () => {
    const catalog = await Catalog.open(new MemoryReadModelDatabase());
    await rebuild(catalog, mixed.feed, 'messages', new AbortController().signal);
    expect(differences(await allRows(catalog), orderedRows)).toEqual([]);
    for (const groupBy of groupings) {
      expect(await reportOf(catalog, groupBy)).toEqual(await reportOf(ordered.catalog, groupBy));
    }
    await catalog.close();
  }, 120_000);

  it('reports the same from both runs, and what counting the rows gives', async () => {
    for (const groupBy of groupings) {
      expect(await reportOf(mixed.catalog, groupBy)).toEqual(
        await reportOf(ordered.catalog, groupBy),
      );
    }
    const byCountry = (await reportOf(mixed.catalog, ['country'])) as readonly {
      group: string;
      messages: number;
      segments: number;
      contradicted: number;
      amounts: Record<string, number>;
      byStatus: Record<string, number>;
      timesToDelivery: { measured: number };
    }[];
    for (const { group, timesToDelivery, ...totals } of byCountry) {
      const [country] = JSON.parse(group) as [string];
      const rows = [...orderedRows.values()].filter((row) => row.country === country);
      const amounts: Record<string, number> = {};
      const byStatus: Record<string, number> = {};
      for (const row of rows) {
        const { currency, amount } = row.current;
        if (currency !== null) amounts[currency] = (amounts[currency] ?? 0) + amount;
        byStatus[row.status] = (byStatus[row.status] ?? 0) + 1;
      }
      const segmentsOf = (some: readonly MessageRow[]): number =>
        some.reduce((sum, row) => sum + (row.current.segmentCount ?? 1), 0);
      const priced = rows.filter((row) => row.current.currency !== null);
      expect(totals).toEqual({
        messages: rows.length,
        segments: segmentsOf(rows),
        priced: { messages: priced.length, segments: segmentsOf(priced) },
        contradicted: rows.filter((row) => row.contradicted).length,
        deliveredByOperator: 0,
        amounts,
        byStatus,
      });
      expect(timesToDelivery.measured).toBe(
        rows.filter((row) => row.current.deliveredAt !== null && isReached(row)).length,
      );
    }
  });
});

/** Returns ids of rows that differ between the two, or are in only one. */
const differences = (
  left: ReadonlyMap<string, MessageRow>,
  right: ReadonlyMap<string, MessageRow>,
): readonly string[] =>
  [...new Set([...left.keys(), ...right.keys()])].filter(
    (id) => !isDeepStrictEqual(left.get(id), right.get(id)),
  );

const isReached = ({ status }: MessageRow): boolean => status === 'delivered' || status === 'read';

const groupings = [
  [],
  ['day'],
  ['hour', 'country'],
  ['day', 'from', 'errorCode'],
  ['country', 'networkCode', 'from', 'channel', 'errorCode'],
] as const;

async function run(
  traffic: readonly TrafficMessage[],
  callbacks: readonly Callback[],
  sending: 'sent first' | 'strays overtake',
  database: MemoryReadModelDatabase | FailingDatabase,
): Promise<Run> {
  const store = new MemoryEventStore();
  const feed = new PagedEventFeed(store);
  const catalog = await Catalog.open(database);
  const recent = new Map<string, MessageAsOf>();
  const messages = new MessageLedger(
    store,
    {
      clock: { now: () => NOW },
      monotonic: monotonicClock,
      identifiers: uuidIdentifiers,
      random: () => 0.5,
    },
    defaultRetryPolicy,
    recent,
  );
  const index = new MessageIndexTable(catalog);
  const adopt = new AdoptReports(store, messages, index, uuidIdentifiers);
  const receive = new ReceiveStatus(messages, index, adopt);
  const byId = new Map(traffic.map((message) => [message.messageId, message]));
  const isLate = ({ callbacks: some }: TrafficMessage): boolean =>
    sending === 'strays overtake' && some.some(({ isStray }) => isStray);
  for (const message of traffic) {
    const { requested, started, accepted } = message;
    const events = isLate(message) ? [requested, started] : [requested, started, accepted];
    await store.append(messageStream(message.messageId), events.map(newEvent), 'no-stream');
  }
  let running = runUntilStopped(newProjector(feed, catalog));
  // The index knows every accepted uuid, as it would minutes later.
  await projected(feed, catalog);
  // The ordered run is only the reference, so it may be projected at the end.
  if (sending === 'sent first') await running.stop();

  const random = seededRandom(SEED + 3);
  for (const { messageId, report, occurredAt, isStray } of callbacks) {
    await receive.execute(report, occurredAt, {
      receivedAt: occurredAt,
      sha256: '',
      rawBody: '',
      rawBodyEncoding: 'utf8',
    });
    const message = byId.get(messageId);
    if (isStray && message !== undefined && sending === 'strays overtake') {
      await messages.handle(
        messageId,
        {
          type: 'RecordOutcome',
          attempt: 1,
          outcome: { kind: 'accepted', messageUuid: message.messageUuid },
        },
        { source: 'dispatcher' },
      );
      await adopt.execute(message.messageUuid, messageId, 'dispatcher');
    }
    if (sending === 'strays overtake' && random() < 0.0002) {
      await running.stop();
      running = runUntilStopped(newProjector(feed, catalog));
    }
  }
  if (sending === 'sent first') running = runUntilStopped(newProjector(feed, catalog));
  await projected(feed, catalog);
  await running.stop();
  return { store, feed, catalog };
}

function newEvent(event: MessageEvent): NewEvent {
  const id = uuidIdentifiers.newId();
  const metadata = { recordedAt: NOW.toISOString(), correlationId: id, causationId: id };
  return { id, event, metadata: { ...metadata, source: 'api' } };
}
