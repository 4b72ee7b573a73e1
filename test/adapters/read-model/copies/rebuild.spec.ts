import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLedger } from '../../../../testing/generated-messages/generate-ledger.js';
import { PagedEventFeed } from '../../../../src/adapters/event-store/paged-event-feed.js';
import { FollowingReader } from '../../../../src/adapters/event-store/sqlite/following-reader.js';
import { SqliteEventStore } from '../../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { Catalog } from '../../../../src/adapters/read-model/copies/catalog.js';
import { facetOf, messageOf } from '../../../../src/adapters/read-model/messages/message-cells.js';
import { SqlMessageSearch } from '../../../../src/adapters/read-model/messages/sql-message-search.js';
import { projectionStores } from '../../../../src/adapters/read-model/projection-stores.js';
import { SetAsideTables } from '../../../../src/adapters/read-model/tables/quarantine.js';
import {
  rebuild,
  rebuildOutdated,
  RebuildOvertaken,
  type RebuildFeed,
  withAgendaBehindIndex,
} from '../../../../src/adapters/read-model/copies/rebuild.js';
import {
  MemoryReadModelDatabase,
  SqliteReadModelDatabase,
} from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { copiesTable, tablesOf } from '../../../../src/adapters/read-model/tables.js';
import { uuidIdentifiers } from '../../../../src/adapters/system/uuid-identifiers.js';
import type { RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { allProjections } from '../../../../src/application/projecting/all-projections.js';
import { catchUp } from '../../../../src/application/projecting/catch-up.js';
import type { MessageRow } from '../../../../src/application/projecting/messages/message-row.js';
import type { Projection } from '../../../../src/application/projecting/projection.js';
import type { DomainEvent } from '../../../../src/domain/events.js';
import { sampleEvents } from '../../../../testing/events.js';
import { eventually } from '../../../support/watching/eventually.js';
import { numbersIn, scatteredNumber } from '../../../support/watching/scattered-numbers.js';
import {
  allRows,
  newProjector,
  projected,
  reportOf,
  runUntilStopped,
  silent,
} from '../../../support/worlds/read-models.js';

const MESSAGES = 1_000;

describe('a rebuild', () => {
  let directory: string;
  let ledger: FollowingReader;
  let feed: PagedEventFeed;
  let catalog: Catalog;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-rebuild-'));
    generateLedger(directory, 5, MESSAGES);
    ledger = new FollowingReader(directory);
    feed = new PagedEventFeed(ledger);
    catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  });

  afterEach(async () => {
    await catalog.close();
    ledger.close();
    rmSync(directory, { recursive: true });
  });

  const follow = async (): Promise<void> => {
    const running = runUntilStopped(newProjector(feed, catalog));
    await projected(feed, catalog);
    await running.stop();
  };

  it('makes the copy that following the ledger made, and is then used', async () => {
    await follow();
    const rows = await allRows(catalog);
    const report = await reportOf(catalog, ['day', 'country']);
    expect(rows.size).toBe(MESSAGES);
    await rebuild(catalog, feed, 'messages', new AbortController().signal);
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-2');
    expect(await allRows(catalog)).toEqual(rows);
    expect(await reportOf(catalog, ['day', 'country'])).toEqual(report);
    // The follower continues with the new copy, without counting anything twice.
    await follow();
    expect(await reportOf(catalog, ['day', 'country'])).toEqual(report);
  });

  it.each(['message-index', 'agenda'] as const)('makes the rows of the %s too', async (name) => {
    await follow();
    const before = await tableRows(catalog, name);
    await rebuild(catalog, feed, name, new AbortController().signal);
    expect((await catalog.freshCopyOf(name)).name).toBe(`${name}-2`);
    expect(await tableRows(catalog, name)).toEqual(before);
    expect(before.length).toBeGreaterThan(MESSAGES / 2);
  });

  it('keeps aside what cannot be handled, as whoever follows the ledger does', async () => {
    const { MessageRequested: requested } = sampleEvents;
    const odd = (data: object) => ({ ...requested, data: { ...requested.data, ...data } });
    const store = await SqliteEventStore.open(directory);
    await append(store, 'message-no-time', odd({ occurredAt: 'yesterday' }));
    await append(store, 'message-no-recipient', odd({ to: null }));
    await store.close();
    await follow();
    const aside = new SetAsideTables(catalog);
    const parked = await aside.parked(10);
    const rows = await allRows(catalog);
    expect(parked.map(({ stream }) => stream)).toEqual(['message-no-time', 'message-no-recipient']);
    await rebuild(catalog, feed, 'messages', new AbortController().signal);
    expect(await aside.parked(10)).toEqual(parked);
    expect(await allRows(catalog)).toEqual(rows);
  });

  describe('while people are erased', () => {
    const people = Array.from({ length: 20_000 }, (_, index) => ({
      number: scatteredNumber(index),
      messageUuid: createHash('sha256').update(String(index)).digest('hex'),
    }));
    const gone = people.filter((_, index) => index % 3 === 0);
    const staying = people.filter((_, index) => index % 3 !== 0);
    let recorded: RecordedEvent[];
    const growing: RebuildFeed = {
      async *readAll({ after, signal }) {
        if (signal.aborted) return;
        const events = recorded.slice(Number(after ?? 0));
        yield { events, position: String(recorded.length), caughtUp: true };
      },
    };
    const never = new AbortController().signal;
    const finishing = (): Promise<void> =>
      new Promise((resolve) => {
        const { database } = catalog;
        const finish = database.finishCopy.bind(database);
        database.finishCopy = async (...args) => finish(...args).then(resolve);
      });
    const switched = (then: () => Promise<void> | void): void => {
      const replace = catalog.replace.bind(catalog);
      catalog.replace = async (...args) => {
        const isReplaced = await replace(...args);
        await then();
        return isReplaced;
      };
    };

    beforeEach(() => {
      const { InboundReceived: received } = sampleEvents;
      recorded = people.map(({ number: from, messageUuid }) => {
        const text = `${from}${textOf(messageUuid)}`;
        const data = { ...received.data, from, messageUuid, text };
        return inboundEvent(messageUuid, { ...received, data });
      });
    });

    function erase(): void {
      const { PersonalDataErased: erased } = sampleEvents;
      const { inbound } = erased.data;
      for (const { messageUuid } of gone) {
        const data = { ...erased.data, inbound: inbound && { ...inbound, messageUuid } };
        recorded.push(inboundEvent(messageUuid, { ...erased, data }));
      }
    }

    /** The people whose number stands in the file, forwards or backwards. */
    function inFile(): typeof people {
      const numbers = numbersIn(readFileSync(join(directory, 'read-model-inbound-2.sqlite')));
      return people.filter(({ number }) => numbers.has(number));
    }

    it.each([
      ['after it has filled the copy', () => void finishing().then(erase)],
      ['while the copy takes the place of the old one', () => switched(erase)],
      [
        'while the copy takes the place of the old one, and a follower was quicker',
        () =>
          switched(async () => {
            erase();
            const followed = allProjections(projectionStores(catalog));
            const inbound = followed.find(({ name }) => name === 'inbound');
            await catchUp(growing, inbound as Projection, never);
          }),
      ],
    ])('leaves no byte of those who are erased %s', async (_, prepare) => {
      prepare();
      await rebuild(catalog, growing, 'inbound', never);
      await catalog.close();
      expect(recorded).toHaveLength(people.length + gone.length);
      expect(inFile()).toEqual(staying);
    });

    it('ends the search for their bytes when it is stopped', async () => {
      void finishing().then(erase);
      const { database } = catalog;
      const stopping = new AbortController();
      let searching: Promise<void> | undefined;
      const open = database.openCopy.bind(database);
      database.openCopy = async (...args) => {
        const copy = await open(...args);
        const purge = copy.purge.bind(copy);
        copy.purge = (signal) => {
          searching = purge(signal);
          stopping.abort(new Error('stopped'));
          return searching;
        };
        return copy;
      };
      await expect(rebuild(catalog, growing, 'inbound', stopping.signal)).rejects.toThrow(
        'stopped',
      );
      await expect(searching).rejects.toThrow('stopped: ask again');
      expect((await catalog.freshCopyOf('inbound')).name).toBe('inbound-1');
    });
  });

  it('takes over adopted messages and what is recorded meanwhile', async () => {
    const { StatusReported: reported, ReportAdopted: adopted, ...sample } = sampleEvents;
    const store = await SqliteEventStore.open(directory);
    const adoptedFrom = (stream: string) => ({
      ...adopted,
      data: { ...adopted.data, adoptedFrom: { ...adopted.data.adoptedFrom, stream } },
    });
    await append(store, 'message-early-stray', reported);
    await append(store, 'message-owner', sample.MessageRequested, sample.AttemptStarted);
    await append(store, 'message-late-stray', reported);
    await append(store, 'message-owner', sample.AttemptAccepted);
    await append(store, 'message-owner', adoptedFrom('message-early-stray'));
    await append(store, 'message-late-stray', sample.StatusRefused);
    await append(store, 'message-owner', adoptedFrom('message-late-stray'));
    const growing = growingWith(feed, async () => {
      await append(store, 'message-owner', sample.StatusRefused);
      await append(store, 'message-new', sample.MessageRequested, adoptedFrom('message-owner'));
    });
    await rebuild(catalog, growing, 'messages', new AbortController().signal);
    await store.close();
    const built = await storedRows(catalog);
    const report = await reportOf(catalog, ['day', 'from', 'country']);
    const unseen = sample.StatusRefused.data.adoptedFrom?.stream.replace('message-', '');
    expect([...built].filter(([, row]) => row.adopted).map(([id]) => id)).toEqual([
      unseen,
      'early-stray',
      'late-stray',
      'owner',
    ]);

    const other = await Catalog.open(new MemoryReadModelDatabase());
    const running = runUntilStopped(newProjector(feed, other));
    await projected(feed, other);
    await running.stop();
    expect(built).toEqual(await storedRows(other));
    expect(report).toEqual(await reportOf(other, ['day', 'from', 'country']));
    await other.close();
  });

  it('leaves the old copy in use when it is stopped half-way, and can be started again', async () => {
    await follow();
    const stopping = new AbortController();
    await expect(
      rebuild(catalog, feed, 'messages', stopping.signal, () => stopping.abort()),
    ).rejects.toThrow('aborted');
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-1');
    expect((await allRows(catalog)).size).toBe(MESSAGES);
    expect(readdirSync(directory)).not.toContain('read-model-messages-2.sqlite');
    await rebuild(catalog, feed, 'messages', new AbortController().signal);
    expect((await catalog.freshCopyOf('messages')).name).toBe('messages-2');
    expect((await allRows(catalog)).size).toBe(MESSAGES);
  });

  describe('beside another one of the same projection', () => {
    const signal = new AbortController().signal;
    let other: Catalog;
    /** The other one clears away what this one makes. */
    let overtaking: Promise<number>;

    beforeEach(async () => {
      await follow();
      other = await Catalog.open(new SqliteReadModelDatabase(directory));
    });

    afterEach(() => other.close());

    async function overtake(): Promise<void> {
      overtaking = rebuild(other, feed, 'messages', signal);
      await eventually(() => !readdirSync(directory).includes('read-model-messages-2.sqlite'));
    }

    it.each([
      [
        'while it reads',
        () => {
          const readAll: RebuildFeed['readAll'] = async function* (options) {
            yield* feed.readAll(options);
            await overtake();
          };
          return rebuild(catalog, { readAll }, 'messages', signal);
        },
      ],
      [
        'before it empties its log',
        () => {
          const { database } = catalog;
          const finish = database.finishCopy.bind(database);
          database.finishCopy = async (...args) => {
            await finish(...args);
            await overtake();
          };
          return rebuild(catalog, feed, 'messages', signal);
        },
      ],
      [
        'at the last moment',
        () => {
          const replace = catalog.replace.bind(catalog);
          catalog.replace = async (projection, replaced, entry) => {
            if (entry.copy === 'messages-2') await overtake();
            return replace(projection, replaced, entry);
          };
          return rebuild(catalog, feed, 'messages', signal);
        },
      ],
    ])('gives way to it %s, and says so', async (_, building) => {
      await expect(building()).rejects.toThrow(RebuildOvertaken);
      await expect(overtaking).resolves.toBeGreaterThan(MESSAGES);
      expect((await allRows(other)).size).toBe(MESSAGES);
      expect((await catalog.freshCopyOf('messages')).name).toBe('messages-3');
    });

    it('puts no copy in the place of one that the other has put in use at the last moment', async () => {
      const replace = catalog.replace.bind(catalog);
      catalog.replace = async (projection, replaced, entry) => {
        await (await other.database.openCopy('messages-9', tablesOf.messages, 'live')).close();
        await other.replace(projection, replaced, { ...entry, copy: 'messages-9' });
        return replace(projection, replaced, entry);
      };
      await expect(rebuild(catalog, feed, 'messages', signal)).rejects.toThrow(RebuildOvertaken);
      expect((await other.freshCopyOf('messages')).name).toBe('messages-9');
      expect(readdirSync(directory)).not.toContain('read-model-messages-2.sqlite');
    });
  });

  it('is done by itself when the shape has changed, and the old copy answers meanwhile', async () => {
    await follow();
    await (
      await catalog.set()
    ).write([{ table: copiesTable, put: [['messages', 'messages-1', 0]] }]);
    const fresh = await Catalog.open(new SqliteReadModelDatabase(directory));
    expect(await fresh.outdated()).toEqual(['messages']);
    expect((await allRows(fresh)).size).toBe(MESSAGES);
    const delivered = { statuses: ['delivered'] } as const;
    expect((await new SqlMessageSearch(fresh).search(delivered, undefined, 5)).rows).toHaveLength(
      5,
    );
    const projector = newProjector(feed, fresh);
    const running = runUntilStopped(projector);
    await rebuildOutdated(fresh, feed, new AbortController().signal, silent);
    projector.restart();
    await projected(feed, fresh);
    await running.stop();
    expect(await fresh.outdated()).toEqual([]);
    expect((await allRows(fresh)).size).toBe(MESSAGES);
    await fresh.close();
  });
});

/** Returns all rows of a copy's own table. */
async function tableRows(
  catalog: Catalog,
  name: 'message-index' | 'agenda',
): Promise<readonly object[]> {
  const { copy } = await catalog.freshCopyOf(name);
  const rows =
    name === 'agenda'
      ? copy.db.selectFrom('agenda').selectAll().orderBy('message_id').orderBy('kind')
      : copy.db.selectFrom('message_index').selectAll().orderBy('message_uuid');
  return rows.execute();
}

async function append(
  store: SqliteEventStore,
  stream: string,
  ...events: readonly DomainEvent[]
): Promise<void> {
  const { revision } = await store.read(stream);
  const recordedAt = new Date().toISOString();
  const metadata = { recordedAt, correlationId: 'c', causationId: 'c', source: 'api' } as const;
  const recorded = events.map((event) => ({ id: uuidIdentifiers.newId(), event, metadata }));
  await store.append(stream, recorded, revision);
}

/** Of various lengths, so that SQLite moves rows to other pages. */
const textOf = (uuid: string): string => 'x'.repeat(Number.parseInt(uuid.slice(0, 2), 16));

const inboundEvent = (uuid: string, event: DomainEvent): RecordedEvent => ({
  id: uuidIdentifiers.newId(),
  event,
  version: 1,
  metadata: {
    recordedAt: event.data.occurredAt,
    correlationId: 'c',
    causationId: 'c',
    source: 'api',
  },
  stream: `inbound-${uuid}`,
  revision: 0n,
  position: '1',
});

/** Wraps the feed: the ledger grows after its first part has been read. */
function growingWith(feed: RebuildFeed, grow: () => Promise<void>): RebuildFeed {
  let hasGrown = false;
  return {
    async *readAll(options) {
      for await (const batch of feed.readAll(options)) {
        if (!hasGrown) await grow();
        hasGrown = true;
        yield batch;
      }
    },
  };
}

/** Returns rows by id, including those of adopted messages, which are in no list. */
async function storedRows(catalog: Catalog): Promise<ReadonlyMap<string, MessageRow>> {
  const { copy } = await catalog.freshCopyOf('messages');
  const facets = await copy.db.selectFrom('facets').selectAll().execute();
  const byId = new Map(facets.map((cells) => [cells.facet_id, facetOf(cells)]));
  const rows = await copy.db.selectFrom('messages').selectAll().orderBy('message_id').execute();
  return new Map(rows.map((cells) => [cells.message_id, messageOf(cells, (id) => byId.get(id))]));
}

it('makes the agenda anew behind a new index, and only then', () => {
  expect(withAgendaBehindIndex(['messages', 'message-index'])).toEqual([
    'message-index',
    'agenda',
    'messages',
  ]);
  expect(withAgendaBehindIndex(['agenda', 'message-index'])).toEqual(['message-index', 'agenda']);
  expect(withAgendaBehindIndex(['messages', 'agenda'])).toEqual(['messages', 'agenda']);
});
