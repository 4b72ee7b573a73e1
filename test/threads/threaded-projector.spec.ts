import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import { SqliteReadModelDatabase } from '../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import { positionOf } from '../support/worlds/read-models.js';
import { ThreadedProjector } from '../../src/threads/threaded-projector.js';
import { sampleEvents } from '../../testing/events.js';
import { HealthRegistry } from '../../src/application/health/health-registry.js';
import { tellHealth } from '../../src/threads/thread-messages.js';
import type { FromProjector } from '../../src/threads/projector-protocol.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { noHealth } from '../support/doubles/no-health.js';
import { eventually } from '../support/watching/eventually.js';
import { allRows, runUntilStopped, silent } from '../support/worlds/read-models.js';

const hooks = new URL('../support/typescript-hooks.mjs', import.meta.url).href;
const entry = new URL('../../src/threads/projector.worker.ts', import.meta.url);

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
      masterKeys: { keys: null, file: join(directory, 'master-key') },
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
  // The projector reports its progress after it has written the rows.
  await eventually(() => told > 0 && projector.lag.events === 0);

  await workers[0]?.terminate();
  await expect(projector.retryParked()).rejects.toMatchObject({ code: 'projector-unavailable' });
  await send('2');
  await eventually(async () => (await allRows(catalog)).size === 2);
  expect(workers).toHaveLength(2);
  // The list is not the last of the projections.
  await eventually(async () => (await positionOf(catalog)) === '4');
  expect(await projector.retryParked()).toEqual({ streams: 0, stillParked: 0 });
});

describe('what a thread tells of its health', () => {
  let elapsedMs: number;
  let health: HealthRegistry;
  let stop: (() => Promise<void>) | undefined;

  beforeEach(() => {
    elapsedMs = 0;
    const monotonic = {
      elapsedMs: () => elapsedMs,
      wait: () => Promise.resolve(),
      pause: () => Promise.resolve(),
    };
    health = new HealthRegistry(systemClock, monotonic, silent);
  });

  /** Each thread reports these things in order; the last one is how it ends. */
  const threads = (...sayings: readonly string[]): ThreadedProjector => {
    let begun = 0;
    const own = new ThreadedProjector(
      {
        ledgerDirectory: directory,
        readModel: { kind: 'sqlite', directory },
        masterKeys: { keys: null, file: join(directory, 'master-key') },
        commitBell: store.commitBell,
      },
      silent,
      health,
      () => {
        const saying = sayings[Math.min(begun++, sayings.length - 1)] ?? '';
        const code = `const { parentPort } = require('node:worker_threads'); parentPort.once('message', () => process.exit()); ${saying}`;
        return new Worker(code, { eval: true });
      },
    );
    stop = runUntilStopped(own).stop;
    return own;
  };

  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });

  const working = "parentPort.postMessage({ kind: 'progress', lag: { events: 0, seconds: 0 } });";

  it('is forgotten as a fault when the next thread works', async () => {
    threads(
      "throw new Error('out of memory');",
      `${working} setTimeout(() => process.exit(), 50);`,
    );
    const reason = () => health.part('readModels').reason ?? '';
    await eventually(() => reason().includes('out of memory'));
    const next = await eventually(() => reason().includes('it ended') && reason());
    expect(next).not.toContain('out of memory');
  });

  it('keeps the limit of its silence', async () => {
    const told: FromProjector[] = [];
    const reporter = tellHealth(
      (message) => told.push(message),
      () => elapsedMs,
    ).reporter('folder', ['readModels'], { silenceMsMax: 4_000 });
    for (elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 100) reporter.working();
    expect(told).toHaveLength(3);
    elapsedMs = 0;
    let isHeard = false;
    threads(
      `for (const message of ${JSON.stringify(told)}) parentPort.postMessage(message); ${working} setInterval(() => {}, 1000);`,
    ).onProgress(() => {
      isHeard = true;
    });
    await eventually(() => isHeard);
    expect(health.part('readModels').state).toBe('working');
    elapsedMs = 4_001;
    await eventually(() => (health.part('readModels').reason ?? '').includes('no sign of life'));
  });
});
