import type { Endpoints } from '../../domain/webhooks/endpoint.js';
import { STANDBY_REASON } from '../background/loop.js';
import { keepRunning } from '../background/keep-running.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { ShareCheckpoints } from './share-checkpoints.js';
import { EndpointRunner, type RunnerPorts } from './endpoint-runner.js';

/** A change of an endpoint takes effect within this time. */
const LOOK_MS = 1_000;

interface Running {
  readonly runner: EndpointRunner;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** Delivers to every endpoint on the leading instance, each for itself. */
export class DeliverWebhooks {
  private endpoints: Endpoints = new Map();
  private readonly running = new Map<string, Running>();
  private readonly health: HealthReporter;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly random: () => number,
    private readonly checkpoints: ShareCheckpoints,
    health: Health,
  ) {
    this.health = health.reporter('outgoing webhooks', ['deliveries']);
    this.health.report('standby', STANDBY_REASON);
  }

  /** Runs until `signal` aborts; resolves when nothing is under way any more. @throws StoreUnavailable */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.look(signal);
        this.tellHealth();
        if (this.wantsCheckpoints) await this.checkpoints.look();
        await this.ports.monotonic.wait(LOOK_MS, signal).catch(() => undefined);
      }
    } catch (error) {
      this.health.report('failing', error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      if (signal.aborted) this.health.report('standby', STANDBY_REASON);
      await Promise.all([...this.running.keys()].map((id) => this.stop(id)));
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { endpoints, madeAt } = await this.ports.endpoints.read();
    this.endpoints = endpoints;
    for (const id of this.running.keys()) {
      if (endpoints.get(id)?.disabledBecause !== null) await this.stop(id);
    }
    for (const { id, disabledBecause } of endpoints.values()) {
      const start = madeAt.get(id);
      if (disabledBecause !== null || start === undefined || this.running.has(id)) continue;
      const stopping = new AbortController();
      const current = () => this.endpoints.get(id);
      const runner = new EndpointRunner(this.ports, id, start, current, this.random);
      const until = AbortSignal.any([signal, stopping.signal]);
      const run = (ending: AbortSignal): Promise<void> => runner.run(ending);
      const ended = keepRunning(`webhook endpoint ${id}`, run, until, {
        clock: this.ports.monotonic,
        logger: this.ports.logger,
      });
      const running = { runner, stopping, ended };
      this.running.set(id, running);
      void this.forgetEnded(id, running);
    }
  }

  private get wantsCheckpoints(): boolean {
    for (const { disabledBecause, events } of this.endpoints.values()) {
      if (disabledBecause === null && events.includes('log.checkpoint')) return true;
    }
    return false;
  }

  /** A receiver that is down is no fault of ours, but somebody waits for its events. */
  private tellHealth(): void {
    const failing = [...this.running.values()].filter(({ runner }) => runner.isFailing).length;
    if (failing === 0) this.health.working();
    else this.health.report('behind', `${failing} of ${this.running.size} receivers take nothing`);
  }

  /** A runner ends by itself once its endpoint is disabled; an enabled one gets a new runner. */
  private async forgetEnded(id: string, running: Running): Promise<void> {
    await running.ended;
    if (this.running.get(id) === running) this.running.delete(id);
  }

  private async stop(id: string): Promise<void> {
    const running = this.running.get(id);
    this.running.delete(id);
    running?.stopping.abort();
    await running?.ended;
  }
}
