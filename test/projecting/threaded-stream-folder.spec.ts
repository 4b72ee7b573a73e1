import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { generateLedger } from '../../bench/read/generate-ledger.js';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { ReadOnlyLedger } from '../../src/adapters/event-store/sqlite/read-only-ledger.js';
import { Catalog } from '../../src/adapters/read-model/catalog.js';
import { rebuild } from '../../src/adapters/read-model/rebuild.js';
import { MemoryReadModelDatabase } from '../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import { ThreadedStreamFolder } from '../../src/projecting/threaded-stream-folder.js';
import { allRows } from '../support/read-models.js';

const hooks = new URL('../support/typescript-hooks.mjs', import.meta.url).href;
const entry = new URL('../../src/projecting/stream-folder.worker.ts', import.meta.url);
/** So many events that they are folded in two parts. */
const MESSAGES = 15_000;

let directory: string;
let ledger: ReadOnlyLedger;
let catalog: Catalog;
let workers: Worker[];
let folder: ThreadedStreamFolder;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-folder-'));
  generateLedger(directory, 7, MESSAGES);
  ledger = new ReadOnlyLedger(directory);
});

afterAll(() => {
  ledger.close();
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  catalog = await Catalog.open(new MemoryReadModelDatabase());
  workers = [];
  folder = new ThreadedStreamFolder(directory, (workerData) => {
    const worker = new Worker(entry, { workerData, execArgv: ['--import', hooks] });
    workers.push(worker);
    return worker;
  });
});

afterEach(async () => {
  await catalog.close();
});

const rebuildMessages = (signal: AbortSignal, onProgress?: () => void): Promise<number> =>
  rebuild(catalog, { feed: new PagedEventFeed(ledger), folder }, 'messages', signal, onProgress);

const hasEnded = (worker: Worker | undefined): boolean => worker?.threadId === -1;

it('folds every stream in another thread, which then ends', async () => {
  expect(await rebuildMessages(new AbortController().signal)).toBe(ledger.head());
  expect((await allRows(catalog)).size).toBe(MESSAGES);
  expect(workers.map(hasEnded)).toEqual([true]);
});

it('ends the thread when the rebuild is stopped', async () => {
  const stopping = new AbortController();
  const stopped = rebuildMessages(stopping.signal, () => stopping.abort());
  await expect(stopped).rejects.toThrow('aborted');
  expect(workers.map(hasEnded)).toEqual([true]);
});

it('says so when the thread ends before its work does', async () => {
  folder = new ThreadedStreamFolder(directory, () => new Worker('', { eval: true }));
  const failed = rebuildMessages(new AbortController().signal);
  await expect(failed).rejects.toThrow('ended before it was done');
});
