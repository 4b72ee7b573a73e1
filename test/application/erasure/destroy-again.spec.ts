import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { DestroyAgain } from '../../../src/application/erasure/destroy-again.js';
import { damagedEvent, newEvent, sampleEvents } from '../../../testing/events.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { silent } from '../../support/worlds/read-models.js';

type Keys = ConstructorParameters<typeof DestroyAgain>[0];

/** @returns a function that stops it */
function start(keys: Keys, ledger: MemoryEventStore): () => Promise<void> {
  const stopping = new AbortController();
  const running = new DestroyAgain(
    keys,
    new PagedEventFeed(ledger),
    ledger,
    new SettableTime().monotonic,
    { logger: silent, health: noHealth },
  )
    .run(stopping.signal)
    .catch((error: unknown) => error);
  return async () => {
    stopping.abort();
    await running;
  };
}

it('destroys the restored keys of a person whose erasure is behind a damaged event', async () => {
  const ledger = new MemoryEventStore();
  const { PersonErased } = sampleEvents;
  await ledger.append('person-1', [damagedEvent(PersonErased)], 'no-stream');
  await ledger.append('person-2', [{ ...newEvent(), event: PersonErased }], 'no-stream');
  const destroyed: string[] = [];
  const keys = {
    destroyKeysOf: async (person: string) => destroyed.push(person),
    erasuresSeen: async () => undefined,
    noteErasuresSeen: async () => undefined,
  };
  const stop = start(keys, ledger);
  try {
    await eventually(() => destroyed.length === 1, { withinMs: 5_000 });
    expect(destroyed).toEqual([PersonErased.data.person]);
  } finally {
    await stop();
  }
});

it('notes its first place at the end of the ledger, because no key may be missing behind it', async () => {
  const ledger = new MemoryEventStore();
  const { PersonErased } = sampleEvents;
  const persons = 3_000;
  for (let person = 0; person < persons; person++) {
    const stream = `person-${person}`;
    await ledger.append(stream, [{ ...newEvent(), event: PersonErased }], 'no-stream');
  }
  const noted: string[] = [];
  let destroyed = 0;
  const keys = {
    destroyKeysOf: async () => destroyed++,
    erasuresSeen: async () => undefined,
    noteErasuresSeen: async (mark: string) => void noted.push(mark),
  };
  const stop = start(keys, ledger);
  try {
    await eventually(() => noted.length > 0, { withinMs: 10_000 });
    const { end } = await ledger.origin();
    expect(destroyed).toBe(persons);
    expect(JSON.parse(noted[0] ?? '')).toMatchObject({ position: end?.position });
  } finally {
    await stop();
  }
});
