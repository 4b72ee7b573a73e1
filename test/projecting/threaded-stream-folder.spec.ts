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

const failures: string[] = [];

function rebuildMessages(signal: AbortSignal, onProgress?: () => void): Promise<number> {
  failures.length = 0;
  const onFolderFailed = (error: unknown): void => void failures.push(String(error));
  const source = { feed: new PagedEventFeed(ledger), folder, onFolderFailed };
  return rebuild(catalog, source, 'messages', signal, onProgress);
}

const hasEnded = (worker: Worker | undefined): boolean => worker?.threadId === -1;

it('folds every stream in another thread, which then ends', async () => {
  expect(await rebuildMessages(new AbortController().signal)).toBe(ledger.head());
  expect((await allRows(catalog)).size).toBe(MESSAGES);
  expect(failures).toEqual([]);
  expect(workers.map(hasEnded)).toEqual([true]);
});

it('ends the thread when the rebuild is stopped', async () => {
  const stopping = new AbortController();
  const stopped = rebuildMessages(stopping.signal, () => stopping.abort());
  await expect(stopped).rejects.toThrow('aborted');
  expect(workers.map(hasEnded)).toEqual([true]);
});

it.each([
  ['ends before its work does', '', 'ended before it was done'],
  ['fails', 'throw new RangeError("out of memory")', 'out of memory'],
])('tells of a thread that %s, and follows the feed instead', async (_, program, reason) => {
  folder = new ThreadedStreamFolder(directory, () => new Worker(program, { eval: true }));
  expect(await rebuildMessages(new AbortController().signal)).toBe(ledger.head());
  expect(failures).toEqual([expect.stringContaining(reason)]);
  expect((await allRows(catalog)).size).toBe(MESSAGES);
});

it('listens to errors of a thread that nobody waits for any more, or they would end the program', async () => {
  const end = folder.end();
  if (end === undefined) throw new Error('the ledger is empty');
  const parts = folder.fold('messages', end, new AbortController().signal);
  await parts.next();
  const [worker] = workers;
  if (worker === undefined) throw new Error('no thread was started');
  let listeners: number | undefined;
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    listeners = worker.listenerCount('error');
    return terminate();
  };
  await parts.return();
  expect(listeners).toBeGreaterThan(0);
});
