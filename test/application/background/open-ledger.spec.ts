import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClocks } from '../../../src/adapters/system/system-clock.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { ReadModelOriginTables } from '../../../src/adapters/read-model/copies/read-model-origin.js';
import { SqliteReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { LedgerOrigin } from '../../../src/application/ports/ledger-origin.js';
import { OpenLedger } from '../../../src/application/background/open-ledger.js';
import { DoubtWaiting } from '../../../src/application/sending/doubt-waiting.js';
import { SteerSending } from '../../../src/application/steering/steer-sending.js';
import { SENDING_STREAM } from '../../../src/application/streams.js';
import { eventually } from '../../support/watching/eventually.js';
import { messageLedgerOn } from '../../support/worlds/message-ledger.js';
import { noHealth } from '../../support/doubles/no-health.js';
import { runUntilStopped, silent } from '../../support/worlds/read-models.js';

class FailingReadModels extends ReadModelOriginTables {
  failures = 0;
  isFailing = true;

  override async beginAnew(identity: string | undefined): Promise<void> {
    if (!this.isFailing) return super.beginAnew(identity);
    this.failures++;
    throw new Error('the disk is full');
  }
}

const noLog = { state: async () => undefined, bundle: async () => undefined };

const noMark = { erasuresSeen: async () => undefined, hasErased: async () => false };

const noContacts = { findContactId: async () => undefined };

/** An original ledger that outlives the process. */
const lasting = (store: MemoryEventStore) => ({
  origin: async (): Promise<LedgerOrigin> => ({ ...(await store.origin()), isDurable: true }),
});

it('holds once for one proof, through failures and starts, and reports that it stands still', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-open-'));
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  const readModels = new FailingReadModels(catalog);
  await readModels.adopt('another ledger');
  const store = new MemoryEventStore();
  const feed = new PagedEventFeed(store);
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const opening = (): OpenLedger => {
    const doubt = new DoubtWaiting(store, feed, messageLedgerOn(store), silent);
    const steering = new SteerSending(store, doubt, {
      ...systemClocks,
      identifiers: uuidIdentifiers,
      logger: silent,
      health: noHealth,
    });
    const settings = {
      identifiers: uuidIdentifiers,
      ...systemClocks,
      health,
    };
    return new OpenLedger(
      { store, feed, keys: noMark, contacts: noContacts, origins: lasting(store), log: noLog },
      readModels,
      steering,
      settings,
      silent,
    );
  };
  const first = runUntilStopped(opening());
  try {
    await eventually(() => readModels.failures >= 2);
    expect(health.part('readModels').state).toBe('failing');
    expect(health.part('sending').state).toBe('failing');
  } finally {
    await first.stop();
  }
  readModels.isFailing = false;
  await opening().run(new AbortController().signal);
  expect(health.part('sending').state).toBe('working');
  const { events } = await store.read(SENDING_STREAM);
  expect(events.map(({ event }) => event.type)).toEqual(['SendingHeld']);
  await catalog.close();
  rmSync(directory, { recursive: true });
});
