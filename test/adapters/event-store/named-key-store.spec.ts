import { BoundKeys } from '../../../src/adapters/event-store/bound/bound-keys.js';
import { nameInLedger } from '../../../src/adapters/event-store/bound/named-key-store.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { KEY_STORE_STREAM } from '../../../src/application/streams.js';

const clock = { now: (): Date => new Date() };
const inMemory = () =>
  openKeyStore({ kind: 'sqlite', directory: null }, { keys: null, file: null });

it('lets one of two instances with two key stores win, and nothing be recorded by the other', async () => {
  const ledger = new MemoryEventStore();
  const name = nameInLedger(ledger, clock, uuidIdentifiers);
  const instances = [inMemory(), inMemory()].map((keys) => new BoundKeys(keys, name));
  const number = '447700900001';
  const asked = await Promise.allSettled(
    instances.map(async (keys) =>
      keys.sealingKey({ number, mayReturn: true }, '2026-11-28T12:00:00.000Z'),
    ),
  );
  expect(asked.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect((await ledger.read(KEY_STORE_STREAM)).events).toHaveLength(1);
  const loser = instances[asked.findIndex(({ status }) => status === 'rejected')];
  await expect(loser?.contactIdOf(number)).rejects.toThrow(/not the one of this ledger/);
});

it('lets two instances with one key store both go on', async () => {
  const ledger = new MemoryEventStore();
  const name = nameInLedger(ledger, clock, uuidIdentifiers);
  const keys = inMemory();
  const instances = [new BoundKeys(keys, name), new BoundKeys(keys, name)];
  await Promise.all(instances.map(async (one) => one.check()));
  expect((await ledger.read(KEY_STORE_STREAM)).events).toHaveLength(1);
});
