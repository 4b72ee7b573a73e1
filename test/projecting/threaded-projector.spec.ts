import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { Catalog } from '../../src/adapters/read-model/catalog.js';
import { SqliteReadModelDatabase } from '../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import { positionOf } from '../support/read-models.js';
import { ThreadedProjector } from '../../src/projecting/threaded-projector.js';
import { sampleEvents } from '../support/events.js';
import { noHealth } from '../support/no-health.js';
import { eventually } from '../support/eventually.js';
import { allRows, runUntilStopped, silent } from '../support/read-models.js';

const hooks = new URL('../support/typescript-hooks.mjs', import.meta.url).href;
const entry = new URL('../../src/projecting/projector.worker.ts', import.meta.url);

let directory: string;
let store: SqliteEventStore;
let catalog: Catalog;
let projector: ThreadedProjector;
let running: ReturnType<typeof runUntilStopped>;
let workers: Worker[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-projector-'));
  store = await SqliteEventStore.open(directory);
  catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  workers = [];
  projector = new ThreadedProjector(
    {
      ledgerDirectory: directory,
      readModel: { kind: 'sqlite', directory },
      commitBell: store.commitBell,
    },
    silent,
    noHealth,
    (workerData) => {
      const worker = new Worker(entry, { workerData, execArgv: ['--import', hooks] });
      workers.push(worker);
      return worker;
    },
  );
  running = runUntilStopped(projector);
});

afterEach(async () => {
  await running.stop();
  await catalog.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

const send = (messageId: string): Promise<unknown> =>
  store.append(
    `message-${messageId}`,
    [sampleEvents.MessageRequested, sampleEvents.AttemptStarted].map((event) => ({
      id: uuidIdentifiers.newId(),
      event,
      metadata: {
        recordedAt: new Date().toISOString(),
        correlationId: 'c',
        causationId: 'c',
        source: 'api',
      },
    })),
    'no-stream',
  );

it('keeps the read models from another thread, tells its progress, and survives its death', async () => {
  let told = 0;
  projector.onProgress(() => told++);
  await send('1');
  await eventually(async () => (await allRows(catalog)).size === 1);
  // Its word about them comes after the rows.
  await eventually(() => told > 0 && projector.lag.events === 0);

  await workers[0]?.terminate();
  await expect(projector.retryParked()).rejects.toMatchObject({ code: 'projector-unavailable' });
  await send('2');
  await eventually(async () => (await allRows(catalog)).size === 2);
  expect(workers).toHaveLength(2);
  // Of the projections, the list is not the last.
  await eventually(async () => (await positionOf(catalog)) === '4');
  expect(await projector.retryParked()).toEqual({ streams: 0, stillParked: 0 });
});
