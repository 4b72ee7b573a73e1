import { Worker } from 'node:worker_threads';
import { pause } from '../../application/pause.js';
import type { Health, HealthReporter } from '../../application/ports/health.js';
import type { Logger } from '../../application/ports/logger.js';
import type { DeliveryMetrics } from '../../application/ports/metrics.js';
import type { WebhookDeliverer } from '../../application/ports/webhook-deliverer.js';
import type { WebhookEndpoints } from '../../application/webhooks/endpoints.js';
import { HeardHealth } from '../hear-health.js';
import type { DelivererThreadOptions, FromDeliverer, ToDeliverer } from './deliverer-protocol.js';

const RESTART_DELAY_MS = 1_000;

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

export interface DelivererSurroundings {
  readonly endpoints: Pick<WebhookEndpoints, 'disable'>;
  readonly metrics: DeliveryMetrics;
  readonly logger: Logger;
  readonly health: Health;
}

/** Delivers in a thread of its own, because the thread that answers webhooks has no time for it. */
export class ThreadedDeliverer implements WebhookDeliverer {
  private readonly heard: HeardHealth;
  private readonly thread: HealthReporter;

  constructor(
    private readonly options: DelivererThreadOptions,
    private readonly surroundings: DelivererSurroundings,
    private readonly startWorker: StartDeliverer = startThread,
  ) {
    this.heard = new HeardHealth(surroundings.health);
    this.thread = surroundings.health.reporter('thread of the outgoing webhooks', ['deliveries']);
  }

  /** Runs the thread and replaces one that ends by itself: the store knows what was delivered. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.runThread(signal).catch((error: unknown) => this.threadFailed(error));
      if (signal.aborted) break;
      this.thread.report('failing', 'it ended, and is started again');
      await pause(RESTART_DELAY_MS, signal);
    }
    this.thread.working();
  }

  private runThread(signal: AbortSignal): Promise<void> {
    const worker = this.startWorker(this.options);
    const tell = (message: ToDeliverer): void => worker.postMessage(message);
    const stop = (): void => tell('stop');
    signal.addEventListener('abort', stop);
    worker.on('online', () => this.thread.working());
    worker.on('message', (message: FromDeliverer) => this.hear(message, tell));
    worker.on('error', (error) => this.threadFailed(error));
    return new Promise((resolve) => {
      worker.once('exit', () => {
        signal.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  private threadFailed(error: unknown): void {
    this.surroundings.logger.error({ error }, 'The thread of the outgoing webhooks failed.');
  }

  private hear(message: FromDeliverer, tell: (message: ToDeliverer) => void): void {
    const { logger, metrics } = this.surroundings;
    switch (message.kind) {
      case 'health':
        this.heard.hear(message);
        return;
      case 'log':
        logger[message.level](message.facts, message.sentence);
        return;
      case 'answered':
        for (const { httpStatus, isDelivered, times } of message.counts) {
          metrics.endpointAnswered(httpStatus, isDelivered, times);
        }
        return;
      case 'disable':
        void this.disable(message).then((fault) =>
          tell({ kind: 'disabled', request: message.request, fault }),
        );
        return;
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
      return error instanceof Error ? error.message : String(error);
    }
  }
}
