import { Worker } from 'node:worker_threads';
import { pause } from '../application/pause.js';
import type { Health, HealthReporter } from '../application/ports/health.js';
import type { LogSigner } from '../application/ports/log-signer.js';
import type { Logger } from '../application/ports/logger.js';
import type { SignedLog } from '../application/proof/sign-log.js';
import { HeardHealth } from './hear-health.js';
import type { FromSigner, SignerThreadOptions, ToSigner } from './signer-protocol.js';

const RESTART_DELAY_MS = 1_000;

/** Size of V8's young generation, for the entries of a batch. */
const YOUNG_GENERATION_MIB_MAX = 8;

/** Hashes, signs and stores in a thread of its own, because the thread that answers webhooks has no time for it. */
export class ThreadedSigner implements LogSigner {
  private readonly heard: HeardHealth;
  private readonly thread: HealthReporter;

  constructor(
    private readonly options: SignerThreadOptions,
    private readonly holdRestored: SignedLog['holdRestored'],
    private readonly logger: Logger,
    health: Health,
  ) {
    this.heard = new HeardHealth(health);
    this.thread = health.reporter('thread of the transparency log', ['proof']);
  }

  /** Runs the thread and replaces one that ends by itself: all its work is in its transactions. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.runThread(signal).catch((error: unknown) => this.threadFailed(error));
      if (!signal.aborted) this.thread.report('failing', 'it ended, and is started again');
      await pause(RESTART_DELAY_MS, signal);
    }
  }

  private runThread(signal: AbortSignal): Promise<void> {
    const worker = new Worker(new URL('./signer.worker.js', import.meta.url), {
      workerData: this.options,
      name: 'transparency-log',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
    });
    const stop = (): void => worker.postMessage('stop' satisfies ToSigner);
    signal.addEventListener('abort', stop);
    worker.on('message', (message: FromSigner) => this.hear(message));
    worker.on('error', (error) => this.threadFailed(error));
    return new Promise((resolve) => {
      worker.once('exit', () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  private threadFailed(error: unknown): void {
    this.logger.error({ error }, 'The thread of the transparency log failed.');
  }

  private hear(message: FromSigner): void {
    switch (message.kind) {
      case 'health':
        this.thread.working();
        this.heard.hear(message);
        return;
      case 'log':
        this.logger[message.level](message.facts, message.sentence);
        return;
      case 'restored':
        // The thread looks again every second, and asks again where this fails.
        void this.holdRestored(message.id, message.proof).catch((error: unknown) =>
          this.logger.error({ error }, 'Sending could not be held for a restored ledger.'),
        );
        return;
    }
  }
}
