import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { originByFirstEvent } from '../../../src/adapters/event-store/first-event-origin.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { ReadModelOriginTables } from '../../../src/adapters/read-model/copies/read-model-origin.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { isSameLedger, type LedgerOrigins } from '../../../src/application/ports/ledger-origin.js';
import { AwaitIdentity } from '../../../src/application/background/await-identity.js';
import { eventually } from '../../support/watching/eventually.js';
import { newEvents } from '../../../testing/events.js';
import { LedgerOnDouble } from '../../support/worlds/ledger-on-double.js';
import { runUntilStopped, silent } from '../../support/worlds/read-models.js';

let ledger: LedgerOnDouble;

afterEach(() => ledger.close());

it('remembers an empty ledger by its first event, without a restart', async () => {
  ledger = await LedgerOnDouble.start();
  const catalog = await Catalog.open(new MemoryReadModelDatabase());
  const readModels = new ReadModelOriginTables(catalog);
  const origins: LedgerOrigins = { origin: (signal) => originByFirstEvent(ledger.feed, signal) };
  const waiting = runUntilStopped(
    new AwaitIdentity({ feed: ledger.feed, origins }, readModels, monotonicClock, silent),
  );
  await eventually(() => ledger.double.count('looks') > 1);
  expect(await readModels.ledgerIdentity()).toBeUndefined();
  await ledger.store.append('message-1', newEvents(2), 'no-stream');
  const [first = 'none'] = ledger.storedIds();
  await eventually(async () => isSameLedger(first, await readModels.ledgerIdentity()));
  await waiting.stop();
  await catalog.close();
});
