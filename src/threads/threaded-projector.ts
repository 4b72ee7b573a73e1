import { Worker } from 'node:worker_threads';
import { ProjectorUnavailable } from '../application/errors.js';
import { pause } from '../application/pause.js';
import type { Health, HealthReporter } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import type {
  ProjectionLag,
  ProjectorControl,
  RetriedEvents,
} from '../application/projecting/projector.js';
import { HeardHealth } from './hear-health.js';
import type { FromProjector, ProjectorThreadOptions, ToProjector } from './projector-protocol.js';

const RESTART_DELAY_MS = 1_000;

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

/** True where `startThread` works: from the compiled program, not from its source. */
export const isCompiled = import.meta.url.endsWith('.js');

/** The projector in a thread of its own, so that neither its reading nor its writing keeps a webhook waiting. */
export class ThreadedProjector implements ProjectorControl {
  private toldLag: ProjectionLag = { events: 0, seconds: 0 };
  /** Start time of a thread that has not reported yet. */
  private silentSinceMs: number | undefined;
  private readonly listeners = new Set<() => void>();
  private retries: {
    readonly resolve: (result: RetriedEvents) => void;
    readonly reject: (reason: Error) => void;
  }[] = [];
  private worker: Worker | undefined;
  private readonly heard: HeardHealth;
  private readonly thread: HealthReporter;
  private threadFault: string | undefined;

  constructor(
    private readonly options: ProjectorThreadOptions,
    private readonly logger: Logger,
    health: Health,
    private readonly startWorker: StartThread = startThread,
  ) {
    this.heard = new HeardHealth(health);
    this.thread = health.reporter('projector’s thread', ['readModels', 'sending']);
  }

  /** The lag that the thread reported last; a thread that never reports must not pass for one that is up to date. */
  get lag(): ProjectionLag {
    if (this.silentSinceMs === undefined) return this.toldLag;
    const silentSeconds = (performance.now() - this.silentSinceMs) / 1000;
    const { events, seconds } = this.toldLag;
    return { events: Math.max(1, events), seconds: seconds + silentSeconds };
  }

  /** Runs the thread and replaces one that ends by itself: all its work is in its transactions. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A thread may also fail to start, for example when there are too many.
      await this.runThread(signal).catch((error: unknown) => this.threadFailed(error));
      if (!signal.aborted) this.thread.report('failing', this.threadFault ?? 'it ended');
      await pause(RESTART_DELAY_MS, signal);
    }
  }

  private runThread(signal: AbortSignal): Promise<void> {
    this.silentSinceMs ??= performance.now();
    const worker = this.startWorker(this.options);
    this.worker = worker;
    const stop = (): void => this.send('stop');
    signal.addEventListener('abort', stop);
    worker.on('message', (message: FromProjector) => this.hear(message));
    worker.on('error', (error) => this.threadFailed(error));
    worker.on('messageerror', (error) => this.threadFailed(error));
    return new Promise((resolve) => {
      worker.once('exit', () => {
        signal.removeEventListener('abort', stop);
        this.worker = undefined;
        this.failRetries('it stopped');
        resolve();
      });
    });
  }

  private threadFailed(error: unknown): void {
    this.threadFault = error instanceof Error ? error.message : String(error);
    this.logger.error({ error }, 'The projector’s thread failed.');
  }

  restart(): void {
    this.send('restart');
  }

  /** The thread reads the ledger by itself. */
  retryParked(): Promise<RetriedEvents> {
    return new Promise((resolve, reject) => {
      if (this.worker === undefined)
        return reject(new ProjectorUnavailable('it is being restarted'));
      this.retries.push({ resolve, reject });
      this.send('retry');
    });
  }

  onProgress(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private send(message: ToProjector): void {
    this.worker?.postMessage(message);
  }

  private hear(message: FromProjector): void {
    switch (message.kind) {
      case 'progress':
        this.toldLag = message.lag;
        this.thread.working();
        this.silentSinceMs = undefined;
        // A later end of the thread counts as another fault.
        this.threadFault = undefined;
        for (const listener of this.listeners) listener();
        return;
      case 'health':
        this.heard.hear(message);
        return;
      case 'retried':
        this.retries.shift()?.resolve(message.result);
        return;
      case 'retry-failed':
        this.retries.shift()?.reject(new Error(message.reason));
        return;
      case 'log':
        this.logger[message.level](message.facts, message.sentence);
        return;
    }
  }

  private failRetries(reason: string): void {
    for (const { reject } of this.retries.splice(0)) reject(new ProjectorUnavailable(reason));
  }
}
