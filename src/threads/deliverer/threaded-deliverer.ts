import { reasonOf } from '../../application/errors.js';
import { Worker } from 'node:worker_threads';
import type { DeliveryMetrics } from '../../application/ports/metrics.js';
import type { WebhookDeliverer } from '../../application/ports/webhook-deliverer.js';
import type { WebhookEndpoints } from '../../application/webhooks/endpoints.js';
import { SupervisedThread, type ThreadSurroundings } from '../supervised-thread.js';
import type { DelivererThreadOptions, FromDeliverer, ToDeliverer } from './deliverer-protocol.js';

/** Size of V8's young generation, for what lives as long as a delivery. */
const YOUNG_GENERATION_MIB_MAX = 32;

/** Starts the deliverer's thread. */
export type StartDeliverer = (options: DelivererThreadOptions) => Worker;

/** Compiled, beside this file. */
const startThread: StartDeliverer = (workerData) =>
  new Worker(new URL('./deliverer.worker.js', import.meta.url), {
    workerData,
    name: 'deliverer',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });

export interface DelivererSurroundings extends ThreadSurroundings {
  readonly endpoints: Pick<WebhookEndpoints, 'disable'>;
  readonly metrics: DeliveryMetrics;
}

/**
 * Delivers in a thread of its own, because the thread that answers webhooks has no time for it. The store knows what was
 * delivered.
 */
export class ThreadedDeliverer extends SupervisedThread implements WebhookDeliverer {
  constructor(
    private readonly options: DelivererThreadOptions,
    private readonly surroundings: DelivererSurroundings,
    private readonly startWorker: StartDeliverer = startThread,
  ) {
    super('thread of the outgoing webhooks', ['deliveries'], surroundings);
  }

  override async run(signal: AbortSignal): Promise<void> {
    await super.run(signal);
    this.thread.working();
  }

  protected start(): Worker {
    return this.startWorker(this.options);
  }

  protected override hear(message: FromDeliverer, worker: Worker): void {
    switch (message.kind) {
      case 'answered':
        for (const { httpStatus, isDelivered, times } of message.counts) {
          this.surroundings.metrics.endpointAnswered(httpStatus, isDelivered, times);
        }
        return;
      case 'disable':
        void this.disable(message).then((fault) => tell(worker, message.request, fault));
        return;
      case 'health':
        // A thread that has only started is not taken for working: each start may end before its first work.
        this.thread.working();
        super.hear(message, worker);
        return;
      case 'log':
        super.hear(message, worker);
    }
  }

  /** @returns the reason where it could not be recorded; null: it is */
  private async disable({
    endpointId,
    reason,
  }: Extract<FromDeliverer, { readonly kind: 'disable' }>): Promise<string | null> {
    try {
      await this.surroundings.endpoints.disable(endpointId, reason);
      return null;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

const tell = (worker: Worker, request: number, fault: string | null): void =>
  worker.postMessage({ kind: 'disabled', request, fault } satisfies ToDeliverer);
