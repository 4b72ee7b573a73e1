import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { DestroyAgain } from '../../../src/application/erasure/destroy-again.js';
import type { Health } from '../../../src/application/ports/health.js';
import { damagedEvent, newEvent, sampleEvents } from '../../../testing/events.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { silent } from '../../support/worlds/read-models.js';

type Keys = ConstructorParameters<typeof DestroyAgain>[0];

/** @returns a function that stops it */
function start(
  keys: Keys,
  ledger: MemoryEventStore,
  time = new SettableTime(),
  health: Health = noHealth,
  isUnderWay: (person: string) => boolean = () => false,
): () => Promise<void> {
  const stopping = new AbortController();
  const running = new DestroyAgain(keys, new PagedEventFeed(ledger), ledger, time.monotonic, {
    logger: silent,
    health,
    erasing: { isUnderWay },
  })
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

function completed(person: string): typeof sampleEvents.ErasureCompleted {
  const { ErasureCompleted } = sampleEvents;
  return { ...ErasureCompleted, data: { ...ErasureCompleted.data, person } };
}

it('reminds of an erasure that was cut off, also after a restart, until it is complete', async () => {
  const ledger = new MemoryEventStore();
  const { PersonErased, ErasureCompleted } = sampleEvents;
  const { person } = PersonErased.data;
  const time = new SettableTime();
  let health = new HealthRegistry(systemClock, time.monotonic, silent);
  let mark: string | undefined;
  const keys = {
    destroyKeysOf: async () => 0,
    erasuresSeen: async () => mark,
    noteErasuresSeen: async (noted: string) => void (mark = noted),
  };
  const erasure = (): string => health.part('erasure').state;
  const startAgain = async (): Promise<() => Promise<void>> => {
    health = new HealthRegistry(systemClock, time.monotonic, silent);
    const stop = start(keys, ledger, time, health);
    await eventually(() => erasure() === 'working');
    return stop;
  };
  await ledger.append('message-1', [newEvent()], 'no-stream');
  let stop = await startAgain();
  await ledger.append(`person-${person}`, [{ ...newEvent(), event: PersonErased }], 'no-stream');
  await eventually(() => mark?.includes(person) === true);
  await stop();
  stop = await startAgain();
  await eventually(() => {
    time.pass(60_000);
    return erasure() === 'failing';
  });
  expect(health.part('erasure').reason).toContain(`person ${person} is not complete`);
  const other = { ...PersonErased, data: { ...PersonErased.data, person: 'other' } };
  await ledger.append('person-other', [{ ...newEvent(), event: other }], 'no-stream');
  await eventually(() => {
    time.pass(60_000);
    return health.part('erasure').reason?.includes('2 erasures are not complete') === true;
  });
  await ledger.append('person-other', [{ ...newEvent(), event: completed('other') }], 0n);
  await ledger.append(`person-${person}`, [{ ...newEvent(), event: ErasureCompleted }], 0n);
  await eventually(() => erasure() === 'working');
  expect(JSON.parse(mark ?? '')).toMatchObject({ incomplete: [] });
  await stop();
});

it('lets an erasure that goes on for long be, and reminds of it five minutes after its call has ended', async () => {
  const ledger = new MemoryEventStore();
  const { PersonErased } = sampleEvents;
  const { person } = PersonErased.data;
  const time = new SettableTime();
  const health = new HealthRegistry(systemClock, time.monotonic, silent);
  let isUnderWay = true;
  let looks = 0;
  const keys = {
    destroyKeysOf: async () => 0,
    erasuresSeen: async () => undefined,
    noteErasuresSeen: async () => undefined,
  };
  const erasure = (): string => health.part('erasure').state;
  await ledger.append('message-1', [newEvent()], 'no-stream');
  const stop = start(keys, ledger, time, health, (asked) => {
    if (asked === person) looks++;
    return isUnderWay;
  });
  await eventually(() => erasure() === 'working');
  await ledger.append(`person-${person}`, [{ ...newEvent(), event: PersonErased }], 'no-stream');
  await eventually(() => {
    time.pass(60_000);
    return looks > 20 || erasure() === 'failing';
  });
  expect(erasure()).toBe('working');
  isUnderWay = false;
  await eventually(() => {
    time.pass(60_000);
    return erasure() === 'failing';
  });
  await stop();
});
