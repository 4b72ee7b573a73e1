import { reasonOf } from '../errors.js';
import { keepRunning } from '../background/keep-running.js';
import { STANDBY_REASON } from '../background/loop.js';
import { reportTurn } from '../background/report-turn.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import type { WebhookDeliverer } from '../ports/webhook-deliverer.js';
import type { WebhookEndpoints } from './endpoints.js';
import type { ShareCheckpoints } from './share-checkpoints.js';

/** The first endpoint gets its events within this time. */
const LOOK_MS = 1_000;

export interface TellingSurroundings {
  readonly monotonic: MonotonicClock;
  readonly logger: Logger;
  readonly health: Health;
}

interface Running {
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** Runs the deliverer on the leading instance while anybody wants webhooks: its thread costs memory. */
export class TellReceivers {
  private running: Running | undefined;
  private readonly health: HealthReporter;

  constructor(
    private readonly endpoints: Pick<WebhookEndpoints, 'read'>,
    private readonly deliverer: WebhookDeliverer,
    private readonly checkpoints: Pick<ShareCheckpoints, 'look'>,
    private readonly surroundings: TellingSurroundings,
  ) {
    this.health = surroundings.health.reporter('webhook endpoints', ['deliveries']);
    this.health.report('standby', STANDBY_REASON);
  }

  /** Runs until `signal` aborts; resolves when nothing is under way any more. @throws StoreUnavailable */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await reportTurn(this.health, signal, () => this.lookUntil(signal));
    } finally {
      await this.end();
    }
  }

  private async lookUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.surroundings.monotonic.wait(LOOK_MS, signal).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const { endpoints } = await this.endpoints.read();
    const enabled = [...endpoints.values()].filter((one) => one.disabledBecause === null);
    if (enabled.length === 0) await this.end();
    else this.begin();
    if (enabled.some(({ events }) => events.includes('log.checkpoint'))) await this.share();
    else this.health.working();
  }

  /** A checkpoint that cannot be shared now must not stop what is delivered. */
  private async share(): Promise<void> {
    try {
      await this.checkpoints.look();
      this.health.working();
    } catch (error) {
      const reason = reasonOf(error);
      this.health.report('failing', `no checkpoint can be shared: ${reason}`);
    }
  }

  private begin(): void {
    if (this.running !== undefined) return;
    const stopping = new AbortController();
    const run = (signal: AbortSignal): Promise<void> => this.deliverer.run(signal);
    const ended = keepRunning('deliverer of webhooks', run, stopping.signal, this.surroundings);
    this.running = { stopping, ended };
  }

  private async end(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    running?.stopping.abort();
    await running?.ended;
  }
}
