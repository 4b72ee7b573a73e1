import { Worker } from 'node:worker_threads';
import { ProjectorUnavailable } from '../application/errors.js';
import type { Health } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import type {
  ProjectionLag,
  ProjectorControl,
  RetriedEvents,
} from '../application/projecting/projector.js';
import type { FromProjector, ProjectorThreadOptions, ToProjector } from './projector-protocol.js';
import { SupervisedThread } from './supervised-thread.js';

/** Starts the projector's thread. */
export type StartThread = (options: ProjectorThreadOptions) => Worker;

/**
 * Size of V8's young generation, for objects that live as long as a batch. Without the limit it grows further under
 * load, and nothing gets faster.
 */
const YOUNG_GENERATION_MIB_MAX = 16;

/** Compiled, beside this file. */
export const startThread: StartThread = (workerData) =>
  new Worker(new URL('./projector.worker.js', import.meta.url), {
    workerData,
    name: 'projector',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });

/**
 * The projector in a thread of its own, so that neither its reading nor its writing keeps a webhook waiting. All its
 * work is in its transactions.
 */
export class ThreadedProjector extends SupervisedThread implements ProjectorControl {
  private toldLag: ProjectionLag = { events: 0, seconds: 0 };
  /** Start time of a thread that has not reported yet. */
  private silentSinceMs: number | undefined;
  private readonly listeners = new Set<() => void>();
  private retries: {
    readonly resolve: (result: RetriedEvents) => void;
    readonly reject: (reason: Error) => void;
  }[] = [];

  constructor(
    private readonly options: ProjectorThreadOptions,
    logger: Logger,
    health: Health,
    private readonly startWorker: StartThread = startThread,
  ) {
    super('projector’s thread', ['readModels', 'sending'], { logger, health });
  }

  /** The lag that the thread reported last; a thread that never reports must not pass for one that is up to date. */
  get lag(): ProjectionLag {
    if (this.silentSinceMs === undefined) return this.toldLag;
    const silentSeconds = (performance.now() - this.silentSinceMs) / 1000;
    const { events, seconds } = this.toldLag;
    return { events: Math.max(1, events), seconds: seconds + silentSeconds };
  }

  protected start(): Worker {
    this.silentSinceMs ??= performance.now();
    return this.startWorker(this.options);
  }

  restart(): void {
    this.send('restart' satisfies ToProjector);
  }

  /** The thread reads the ledger by itself. */
  retryParked(): Promise<RetriedEvents> {
    return new Promise((resolve, reject) => {
      if (!this.isRunning) return reject(new ProjectorUnavailable('it is being restarted'));
      this.retries.push({ resolve, reject });
      this.send('retry' satisfies ToProjector);
    });
  }

  onProgress(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  protected override hear(message: FromProjector, worker: Worker): void {
    switch (message.kind) {
      case 'progress':
        this.toldLag = message.lag;
        this.thread.working();
        this.silentSinceMs = undefined;
        for (const listener of this.listeners) listener();
        return;
      case 'retried':
        this.retries.shift()?.resolve(message.result);
        return;
      case 'retry-failed':
        this.retries.shift()?.reject(new Error(message.reason));
        return;
      case 'health':
      case 'log':
        super.hear(message, worker);
    }
  }

  protected override ended(): void {
    for (const { reject } of this.retries.splice(0)) reject(new ProjectorUnavailable('it stopped'));
  }
}
