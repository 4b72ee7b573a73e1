import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { SqliteLedgerCheck } from '../../../src/adapters/event-store/sqlite/integrity/sqlite-ledger-check.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import { WatchLedger } from '../../../src/application/background/watch-ledger.js';
import { SENDING_STREAM } from '../../../src/application/streams.js';
import { neverHeld } from '../../../src/domain/sending/sending.js';
import { changeLastEvent, ledgerDamages } from '../../support/files/damage-ledger.js';
import { eventually } from '../../support/watching/eventually.js';
import { newEvents } from '../../../testing/events.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { systemClock } from '../../support/worlds/read-models.js';

const stream = `message-${randomUUID()}`;
let directory: string;
let file: string;
let stopping: AbortController;
let running: Promise<void>;
let log: LogCapture;
let health: HealthRegistry;
let watch: WatchLedger;
let store: MemoryEventStore;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-watch-'));
  file = join(directory, 'ledger.sqlite');
  const ledger = await SqliteEventStore.open(directory);
  await ledger.append(stream, newEvents(5), 'no-stream');
  await ledger.close();
  stopping = new AbortController();
  log = new LogCapture();
  health = new HealthRegistry(systemClock, monotonicClock, log.logger);
  store = new MemoryEventStore();
  watch = new WatchLedger(
    { store, origins: store, check: new SqliteLedgerCheck(file, 1) },
    { look: async () => neverHeld },
    {
      identifiers: uuidIdentifiers,
      clock: systemClock,
      monotonic: monotonicClock,
      health,
      restMs: 5,
    },
    log.logger,
  );
});

afterEach(async () => {
  stopping.abort();
  await running;
  rmSync(directory, { recursive: true });
});

/** Deletes an event in one transaction, because the ledger is being read. @returns a function that undoes it */
function loseAnEvent(): () => void {
  const withDatabase = <Value>(use: (database: DatabaseSync) => Value): Value => {
    const database = new DatabaseSync(file, { timeout: 5_000 });
    try {
      return use(database);
    } finally {
      database.close();
    }
  };
  const lost = withDatabase((database) =>
    database.prepare('SELECT * FROM events WHERE revision = 1').get(),
  );
  ledgerDamages['an event that is gone, in the middle of its stream'](file, stream);
  const values = Object.values(lost ?? {});
  return () =>
    withDatabase((database) =>
      database
        .prepare(`INSERT INTO events VALUES (${values.map(() => '?').join()})`)
        .run(...values),
    );
}

const start = (): void => void (running = watch.run(stopping.signal));

/** Waits for passes that began after the call. */
async function passes(count: number): Promise<void> {
  const before = watch.passesDone + 1;
  await eventually(() => watch.passesDone >= before + count);
}

const holds = async (): Promise<number> => (await store.read(SENDING_STREAM)).events.length;

const complaints = (): number => log.lines.filter((line) => line.includes('is damaged.')).length;

it('tells of damage once, and stays with it until all of the ledger was found whole', async () => {
  const putBack = loseAnEvent();
  start();
  await passes(3);
  expect(health.part('ledger')).toMatchObject({
    state: 'damaged',
    reason: expect.stringContaining(`${stream} before event 2: event 1 is missing`),
  });
  expect(complaints()).toBe(1);
  expect(await holds()).toBe(1);
  expect(watch.damagedPlaces).toBe(1);

  putBack();
  await eventually(() => health.part('ledger').state === 'working');
  expect(watch.damagedPlaces).toBe(0);
  expect(log.says('all of it is whole')).toBe(true);

  // The same damage again is reported, but is no new reason to hold.
  loseAnEvent();
  await eventually(() => health.part('ledger').state === 'damaged');
  await passes(2);
  expect(complaints()).toBe(2);
  expect(await holds()).toBe(1);
});

it('holds nothing for an event that is found and cannot be decoded', async () => {
  changeLastEvent(file, stream, `data = 'nonsense'`);
  start();
  await eventually(() => health.part('ledger').state === 'damaged');
  await passes(1);
  expect(await holds()).toBe(0);
});

it('takes a check that cannot be made for no finding, and says so', async () => {
  rmSync(file);
  start();
  await eventually(() => log.says('could not be checked'));
  expect(health.part('ledger').state).toBe('working');
  expect(watch.passesDone).toBe(0);
});
