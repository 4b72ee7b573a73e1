import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { eventTypes } from '../../../src/adapters/event-store/event-types.js';
import { OpeningEventFeed } from '../../../src/adapters/event-store/sealed/opening-event-feed.js';
import { SealedEvent } from '../../../src/adapters/event-store/sealed/sealed-event.js';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import type { CopiedEvent, NewEvent } from '../../../src/application/ports/event-store.js';
import type { TableKeyStore as KeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import type { DomainEventType } from '../../../src/domain/events.js';
import { newEvent, person, sampleEvents, sampleMetadata } from '../../../testing/events.js';
import { eventFeedContract } from '../../contracts/event-feed.contract.js';
import { eventStoreContract, type OpenedStore } from '../../contracts/event-store.contract.js';

const opened: KeyStore[] = [];

/** A key store in memory. Two of them share no key. */
function newKeys(): KeyStore {
  const keys = openKeyStore({ kind: 'sqlite', directory: null }, { keys: null, file: null });
  opened.push(keys);
  return keys;
}

afterEach(async () => {
  for (const keys of opened.splice(0)) await keys.close();
});

async function open(): Promise<OpenedStore> {
  const keys = openKeyStore({ kind: 'sqlite', directory: null }, { keys: null, file: null });
  const inner = new MemoryEventStore();
  const store = new SealingEventStore(inner, keys);
  const feed = new OpeningEventFeed(new PagedEventFeed(inner), keys);
  return { store, feed, close: () => store.close().then(() => keys.close()) };
}

eventStoreContract('an encrypted ledger', open);
eventFeedContract('the feed of an encrypted ledger', open);

const typeNames = Object.keys(eventTypes) as readonly DomainEventType[];

const sampleOf = (type: DomainEventType): NewEvent => ({
  ...newEvent(),
  event: sampleEvents[type],
  metadata: sampleMetadata,
  person: { number: person.number, mayReturn: true },
});

const storedTexts = (ledger: MemoryEventStore, stream: string): readonly string[] =>
  ledger.stored
    .stream(stream)
    .flatMap(({ data, metadata }) => [
      Buffer.from(data).toString(),
      Buffer.from(metadata).toString(),
    ]);

/** The events of a ledger as copies, for a ledger that somebody has tampered with. */
const copiesOf = (ledger: MemoryEventStore, stream: string): readonly CopiedEvent[] =>
  ledger.stored.stream(stream).map(({ id, type, version, data, metadata }) => ({
    id,
    stored: {
      type,
      version,
      data: Buffer.from(data).toString(),
      metadata: Buffer.from(metadata).toString(),
    },
  }));

describe('an encrypted event', () => {
  it.each(typeNames)('of type %s holds nothing personal, and reads as it was', async (type) => {
    const inner = new MemoryEventStore();
    const store = new SealingEventStore(inner, newKeys());
    const event = sampleOf(type);
    await store.append('message-1', [event], 'no-stream');
    const texts = storedTexts(inner, 'message-1').join('\n');
    for (const secret of Object.values(person)) expect(texts).not.toContain(secret);
    const [read] = (await store.read('message-1')).events;
    expect(read?.event).toEqual(event.event);
    expect(read?.metadata).toEqual(event.metadata);
    expect(read?.damage).toBeUndefined();
  });

  it.each(typeNames)('of type %s says erased where its key is gone', async (type) => {
    const inner = new MemoryEventStore();
    await new SealingEventStore(inner, newKeys()).append(
      'message-1',
      [sampleOf(type)],
      'no-stream',
    );
    const [read] = (await new SealingEventStore(inner, newKeys()).read('message-1')).events;
    const shown = JSON.stringify([read?.event, read?.metadata]);
    for (const secret of Object.values(person)) expect(shown).not.toContain(secret);
    expect(shown).toContain('"erased"');
    expect(read?.isErased).toBe(true);
    expect(read?.event.type).toBe(type);
    expect(read?.metadata.recordedAt).toBe(sampleMetadata.recordedAt);
  });

  it.each(typeNames)('of type %s stays closed for others when one has opened it', async (type) => {
    const keys = newKeys();
    const inner = new MemoryEventStore();
    await new SealingEventStore(inner, keys).append('message-1', [sampleOf(type)], 'no-stream');
    const [stored] = (await inner.read('message-1')).events;
    if (!(stored instanceof SealedEvent)) throw new Error('It is not sealed.');
    expect(stored.open(keys.knownKey(stored.keyId)).event).toEqual(sampleEvents[type]);
    const { event, metadata } = stored.closed();
    const shown = JSON.stringify([event, metadata]);
    for (const secret of Object.values(person)) expect(shown).not.toContain(secret);
  });

  it('has another box each time, and one key for a person and month', async () => {
    const inner = new MemoryEventStore();
    const store = new SealingEventStore(inner, newKeys());
    await store.append('message-1', [sampleOf('MessageRequested')], 'no-stream');
    await store.append('message-2', [sampleOf('MessageRequested')], 'no-stream');
    const seals = ['message-1', 'message-2'].map((stream) => {
      const [data = '{}'] = storedTexts(inner, stream);
      return (JSON.parse(data) as { readonly $sealed: string }).$sealed.split(':');
    });
    expect(seals[0]?.[0]).toMatch(/^[\w-]{22}\.202603$/);
    expect(seals[1]?.[0]).toBe(seals[0]?.[0]);
    expect(seals[1]?.[1]).not.toBe(seals[0]?.[1]);
  });

  it('cannot be moved to another place or altered', async () => {
    const keys = newKeys();
    const inner = new MemoryEventStore();
    await new SealingEventStore(inner, keys).append(
      'message-1',
      [sampleOf('MessageRequested')],
      'no-stream',
    );
    const [copy] = copiesOf(inner, 'message-1');
    if (copy === undefined) throw new Error('Nothing was stored.');
    const forged = new MemoryEventStore();
    await forged.append('message-2', [copy], 'no-stream');
    const data = copy.stored.data.replace(/(.)"\}$/, (_, last) => `${last === 'A' ? 'B' : 'A'}"}`);
    expect(data).not.toBe(copy.stored.data);
    await forged.append('message-1', [{ ...copy, stored: { ...copy.stored, data } }], 'no-stream');
    const store = new SealingEventStore(forged, keys);
    for (const stream of ['message-1', 'message-2']) {
      const [read] = (await store.read(stream)).events;
      expect(read?.damage?.reason).toContain('do not open with their key');
      expect(() => read?.event).toThrow(stream);
    }
  });

  it('is shown by an export that was begun before the erasure no further than the erasure', async () => {
    const keys = newKeys();
    const inner = new MemoryEventStore();
    const store = new SealingEventStore(inner, keys);
    for (const stream of ['message-1', 'message-2', 'message-3']) {
      await store.append(stream, [sampleOf('MessageRequested')], 'no-stream');
    }
    const feed = new OpeningEventFeed(new PagedEventFeed(inner), keys);
    const signal = new AbortController().signal;
    const shown: string[] = [];
    for await (const { events } of feed.readAll({
      prefixes: ['message-'],
      signal,
      batchEventsMax: 1,
    })) {
      shown.push(...events.map(({ event }) => JSON.stringify(event)));
      if (shown.length === 1) await keys.destroyKeys(person.number);
    }
    expect(shown.map((text) => text.includes(person.number))).toEqual([true, false, false]);
    expect(shown[2]).toContain('"erased"');
  });

  it('stays in plain text where an earlier version wrote it so', async () => {
    const inner = new MemoryEventStore();
    await inner.append('message-1', [sampleOf('MessageRequested')], 'no-stream');
    const store = new SealingEventStore(inner, newKeys());
    await store.append('message-1', [sampleOf('StatusReported')], 0n);
    const { events } = await store.read('message-1');
    expect(events.map(({ event }) => event)).toEqual([
      sampleEvents.MessageRequested,
      sampleEvents.StatusReported,
    ]);
  });
});
