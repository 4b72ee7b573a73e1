import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LedgerStreams } from '../adapters/event-store/sqlite/ledger-streams.js';
import type { ProjectionName, ProjectionProgress } from '../application/ports/projection-store.js';
import type { FoldedStreams, StreamFolder } from '../application/processes/stream-folds.js';
import type {
  FromStreamFolder,
  StreamFolderThreadOptions,
  ToStreamFolder,
} from './stream-folder-protocol.js';
import { isCompiled } from './threaded-projector.js';

const next: ToStreamFolder = 'next';

/** Starts the thread. */
export type StartThread = (options: StreamFolderThreadOptions) => Worker;

/** A page of events is garbage at once; with less room for it, much of it is copied first. */
const YOUNG_GENERATION_MIB_MAX = 64;

/** Compiled, beside this file. */
const startThread: StartThread = (workerData) =>
  new Worker(new URL('./stream-folder.worker.js', import.meta.url), {
    workerData,
    name: 'stream-folder',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });

/** Undefined where there is no thread to start: when the source itself runs. */
export const threadedFolder = (ledgerDirectory: string): StreamFolder | undefined =>
  isCompiled ? new ThreadedStreamFolder(ledgerDirectory) : undefined;

/** Folds the streams of an embedded ledger in a thread of its own, so that reading and writing have a core each. */
export class ThreadedStreamFolder implements StreamFolder {
  constructor(
    private readonly ledgerDirectory: string,
    private readonly startWorker: StartThread = startThread,
  ) {}

  end(): ProjectionProgress | undefined {
    const ledger = new LedgerStreams(this.ledgerDirectory);
    try {
      return ledger.end();
    } finally {
      ledger.close();
    }
  }

  async *fold(
    projection: ProjectionName,
    upTo: ProjectionProgress,
    signal: AbortSignal,
  ): AsyncGenerator<FoldedStreams, void, undefined> {
    const thread = this.startWorker({ ledgerDirectory: this.ledgerDirectory, projection, upTo });
    // What it fails with while nobody waits for it must not end this program; who waits hears of it as well.
    thread.on('error', () => undefined);
    try {
      for await (const [message] of on(thread, 'message', { close: ['exit'] })) {
        if (signal.aborted || message === 'end') return;
        thread.postMessage(next);
        yield message as Exclude<FromStreamFolder, 'end'>;
      }
      throw new Error('the thread that reads the ledger ended before it was done');
    } finally {
      await thread.terminate();
    }
  }
}
