import { Worker } from 'node:worker_threads';
import type { LogSigner } from '../application/ports/log-signer.js';
import type { Logger } from '../application/ports/logger.js';
import type { Health } from '../application/ports/health.js';
import type { SignedLog } from '../application/proof/sign-log.js';
import type { FromSigner, SignerThreadOptions } from './signer-protocol.js';
import { SupervisedThread } from './supervised-thread.js';

/** Size of V8's young generation, for the entries of a batch. */
const YOUNG_GENERATION_MIB_MAX = 8;

/**
 * Hashes, signs and stores in a thread of its own, because the thread that answers webhooks has no time for it. All its
 * work is in its transactions.
 */
export class ThreadedSigner extends SupervisedThread implements LogSigner {
  constructor(
    private readonly options: SignerThreadOptions,
    private readonly holdRestored: SignedLog['holdRestored'],
    private readonly logger: Logger,
    health: Health,
  ) {
    super('thread of the transparency log', ['proof'], { logger, health });
  }

  protected start(): Worker {
    return new Worker(new URL('./signer.worker.js', import.meta.url), {
      workerData: this.options,
      name: 'transparency-log',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
    });
  }

  protected override hear(message: FromSigner, worker: Worker): void {
    if (message.kind !== 'restored') {
      if (message.kind === 'health') this.thread.working();
      return super.hear(message, worker);
    }
    // The thread looks again every second, and asks again where this fails.
    void this.holdRestored(message.id, message.proof).catch((error: unknown) =>
      this.logger.error({ error }, 'Sending could not be held for a restored ledger.'),
    );
  }
}
