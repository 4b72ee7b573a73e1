import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { eventTypes } from '../../../src/adapters/event-store/event-types.js';
import { OpeningEventFeed } from '../../../src/adapters/event-store/sealed/opening-event-feed.js';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { rebuild, type RebuildFeed } from '../../../src/adapters/read-model/copies/rebuild.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { tablesOf } from '../../../src/adapters/read-model/tables.js';
import type { FeedOptions } from '../../../src/application/ports/event-feed.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import type { PersonalKeys } from '../../../src/application/ports/personal-keys.js';
import {
  projectionNames,
  type ProjectionName,
} from '../../../src/application/ports/projection-store.js';
import type { DomainEventType } from '../../../src/domain/events.js';
import { person, newEvent, sampleEvents, sampleMetadata } from '../../../testing/events.js';
import { generateEvents } from '../../../testing/generated-messages/generate-ledger.js';

const MESSAGES = 200;

const newKeys = () => openKeyStore({ kind: 'sqlite', directory: null }, { keys: null, file: null });
const keys = newKeys();
const otherKeys = newKeys();
const inner = new MemoryEventStore();

const owner = { number: person.number, mayReturn: true };
const sampleOf = (type: DomainEventType): NewEvent => ({
  ...newEvent(),
  event: sampleEvents[type],
  metadata: sampleMetadata,
  person: owner,
});

/** Every type of event, as the first of a stream and as a later one, beside whole lives of messages. */
beforeAll(async () => {
  const store = new SealingEventStore(inner, keys);
  for (const type of Object.keys(eventTypes) as readonly DomainEventType[]) {
    for (const kind of ['message', 'inbound', 'contact', 'quarantine']) {
      await store.append(`${kind}-${type}`, [sampleOf(type)], 'no-stream');
      const later = [sampleOf('MessageRequested'), sampleOf(type)];
      await store.append(`${kind}-late-${type}`, later, 'no-stream');
    }
  }
  for (const { id, stream, revision, event, metadata } of generateEvents(3, MESSAGES)) {
    const expected = revision === 0 ? 'no-stream' : BigInt(revision - 1);
    await store.append(stream, [{ id, event, metadata, person: owner }], expected);
  }
});

afterAll(async () => {
  await keys.close();
  await otherKeys.close();
});

const sparing = (by: PersonalKeys): RebuildFeed =>
  new OpeningEventFeed(new PagedEventFeed(inner), by);

/** Opens every event, whatever its reader uses. */
const generous: RebuildFeed = {
  readAll: (options: FeedOptions) =>
    sparing(keys).readAll({ ...options, readsPersonal: () => true }),
};

async function rowsOf(projection: ProjectionName, feed: RebuildFeed): Promise<readonly string[]> {
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  await rebuild(catalog, feed, projection, new AbortController().signal);
  const { copy } = await catalog.freshCopyOf(projection);
  const rows: string[] = [];
  for (const { name } of tablesOf[projection]) {
    const found = await copy.db
      .selectFrom(name as 'messages')
      .selectAll()
      .execute();
    for (const row of found) rows.push(`${name} ${JSON.stringify(row)}`);
  }
  await catalog.close();
  return rows.toSorted();
}

test.each(projectionNames)(
  '%s has the same rows where only what it reads is decrypted',
  async (name) => {
    const rows = await rowsOf(name, generous);
    expect(rows.length).toBeGreaterThan(1);
    expect(await rowsOf(name, sparing(keys))).toEqual(rows);
  },
);

test.each(['agenda', 'message-index', 'contacts'] as const)(
  '%s has the same rows where no key is left',
  async (name) => {
    expect(await rowsOf(name, sparing(otherKeys))).toEqual(await rowsOf(name, generous));
  },
);

test('what is not decrypted shows nothing personal', async () => {
  const feed = new OpeningEventFeed(new PagedEventFeed(inner), otherKeys);
  const { signal } = new AbortController();
  for await (const { events } of feed.readAll({
    prefixes: ['message-'],
    signal,
    readsPersonal: () => false,
  })) {
    for (const { event, metadata, damage, isErased } of events) {
      const shown = JSON.stringify([event, metadata]);
      for (const secret of Object.values(person)) expect(shown).not.toContain(secret);
      expect({ damage, isErased: isErased ?? false }).toEqual({
        damage: undefined,
        isErased: false,
      });
      expect(metadata.recordedAt).toMatch(/^\d{4}-/);
    }
  }
});
