import type { Worker } from 'node:worker_threads';
import { kindOf, reasonOf } from '../application/errors.js';
import { pause } from '../application/pause.js';
import type { Health, HealthReporter, PartName } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import { ThrottledLog } from '../application/throttled-log.js';
import type { HealthMessage, ThreadMessage } from './thread-messages.js';

const RESTART_DELAY_MS = 1_000;

/** The receivers of what a thread tells. */
export interface ThreadSurroundings {
  readonly logger: Logger;
  readonly health: Health;
}

/** A thread that is replaced when it ends by itself, and whose reports and log lines are passed on. */
export abstract class SupervisedThread {
  /** Reports whether the thread itself works. */
  protected readonly thread: HealthReporter;
  private worker: Worker | undefined;
  /** The reason why a thread ended last. */
  private fault: string | undefined;
  private readonly log: ThrottledLog;
  /** Reporters by component and parts. */
  private readonly reporters = new Map<string, HealthReporter>();

  protected constructor(
    private readonly name: string,
    parts: readonly PartName[],
    private readonly receivers: ThreadSurroundings,
  ) {
    this.thread = receivers.health.reporter(name, parts);
    this.log = new ThrottledLog(receivers.logger);
  }

  protected abstract start(): Worker;

  /** Runs the thread until `signal` aborts, and replaces one that ends by itself. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A thread may also fail to start, for example when there are too many.
      await this.runThread(signal).catch((error: unknown) => this.failed(error));
      if (!signal.aborted) this.thread.report('failing', this.fault ?? 'it ended');
      await pause(RESTART_DELAY_MS, signal);
    }
  }

  protected get isRunning(): boolean {
    return this.worker !== undefined;
  }

  protected send(message: unknown): void {
    this.worker?.postMessage(message);
  }

  /** @param _worker gets the answer: another thread may have taken its place by then */
  protected hear(message: ThreadMessage, _worker: Worker): void {
    if (message.kind === 'health') this.hearHealth(message);
    else this.receivers.logger[message.level](message.facts, message.sentence);
  }

  private failed(error: unknown): void {
    this.fault = reasonOf(error);
    this.log.error(kindOf(error), { error }, `The ${this.name} failed.`);
  }

  /** Called when a thread has ended. */
  protected ended(): void {}

  private runThread(signal: AbortSignal): Promise<void> {
    this.fault = undefined;
    const worker = this.start();
    this.worker = worker;
    const stop = (): void => this.send('stop');
    signal.addEventListener('abort', stop);
    worker.on('message', (message: ThreadMessage) => this.hear(message, worker));
    worker.on('error', (error) => this.failed(error));
    worker.on('messageerror', (error) => this.failed(error));
    return new Promise((resolve) => {
      worker.once('exit', () => {
        signal.removeEventListener('abort', stop);
        this.worker = undefined;
        this.ended();
        resolve();
      });
    });
  }

  /** Passes on what `tellHealth` says on the other side. */
  private hearHealth({ component, parts, state, reason, silenceMsMax }: HealthMessage): void {
    const key = `${component} ${parts.join(' ')}`;
    const limit = silenceMsMax === undefined ? {} : { silenceMsMax };
    const reporter =
      this.reporters.get(key) ?? this.receivers.health.reporter(component, parts, limit);
    this.reporters.set(key, reporter);
    if (state === 'working') reporter.working();
    else reporter.report(state, reason);
  }
}
