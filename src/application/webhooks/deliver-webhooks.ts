import { reasonOf } from '../errors.js';
import type { Endpoints } from '../../domain/webhooks/endpoint.js';
import { keepRunning } from '../background/keep-running.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { WebhookDeliverer } from '../ports/webhook-deliverer.js';
import { EndpointRunner, type RunnerPorts } from './endpoint-runner.js';
import type { EndpointsAsOf } from './read-endpoints.js';

/** Deliveries that have failed for a reason of ours count as failing until they have gone on for so long. */
const HEALED_AFTER_MS = 10_000;
/** A change of an endpoint takes effect within this time. */
const LOOK_MS = 1_000;

interface Running {
  readonly runner: EndpointRunner;
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** What ended the last run to an endpoint: nobody is posted anything there meanwhile. */
interface Fault {
  readonly reason: string;
  readonly atMs: number;
}

/** Delivers to every endpoint, each for itself. */
export class DeliverWebhooks implements WebhookDeliverer {
  private endpoints: Endpoints = new Map();
  /** The endpoints are known as of this. */
  private revision = -1n;
  private readonly running = new Map<string, Running>();
  private readonly faults = new Map<string, Fault>();
  private readonly health: HealthReporter;

  constructor(
    private readonly ports: RunnerPorts,
    private readonly random: () => number,
    health: Health,
  ) {
    this.health = health.reporter('outgoing webhooks', ['deliveries']);
  }

  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.look(signal);
        this.tellHealth();
        await this.ports.monotonic.wait(LOOK_MS, signal).catch(() => undefined);
      }
    } catch (error) {
      this.health.report('failing', reasonOf(error));
      throw error;
    } finally {
      await Promise.all([...this.running.keys()].map((id) => this.stop(id)));
      if (signal.aborted) this.health.working();
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    const { endpoints, madeAt } = await this.readAgain();
    for (const id of this.running.keys()) {
      if (endpoints.get(id)?.disabledBecause === null) continue;
      await this.stop(id);
      // Its last deliveries ended after they were forgotten with it.
      if (!endpoints.has(id)) await this.ports.deliveries.forget(id);
    }
    for (const { id, disabledBecause } of endpoints.values()) {
      const start = madeAt.get(id);
      if (disabledBecause !== null || start === undefined || this.running.has(id)) continue;
      const stopping = new AbortController();
      const known = {
        current: () => this.endpoints.get(id),
        readAgain: async () => void (await this.readAgain()),
      };
      const runner = new EndpointRunner(this.ports, id, start, known, this.random);
      const until = AbortSignal.any([signal, stopping.signal]);
      const run = (ending: AbortSignal): Promise<void> =>
        runner.run(ending).catch((error: unknown) => this.failed(id, error));
      const ended = keepRunning(`webhook endpoint ${id}`, run, until, this.ports);
      const running = { runner, stopping, ended };
      this.running.set(id, running);
      void this.forgetEnded(id, running);
    }
  }

  /** Reads run side by side, and what was read later may come first. */
  private async readAgain(): Promise<EndpointsAsOf> {
    const asOf = await this.ports.endpoints.read();
    const revision = asOf.revision === 'no-stream' ? -1n : asOf.revision;
    if (revision >= this.revision) {
      this.revision = revision;
      this.endpoints = asOf.endpoints;
    }
    return asOf;
  }

  /** A receiver that is down is no fault of ours, but somebody waits for its events. */
  private tellHealth(): void {
    const [fault] = this.presentFaults();
    if (fault !== undefined) return this.health.report('failing', fault);
    const failing = [...this.running.values()].filter(({ runner }) => runner.isFailing).length;
    if (failing === 0) this.health.working();
    else this.health.report('behind', `${failing} of ${this.running.size} receivers take nothing`);
  }

  private failed(id: string, error: unknown): never {
    this.faults.set(id, { reason: reasonOf(error), atMs: this.ports.monotonic.elapsedMs() });
    throw error;
  }

  /** The faults of endpoints that are posted to, in words. Each try to go on begins well. */
  private presentFaults(): readonly string[] {
    const nowMs = this.ports.monotonic.elapsedMs();
    for (const [id, { atMs }] of this.faults) {
      if (!this.running.has(id) || nowMs - atMs > HEALED_AFTER_MS) this.faults.delete(id);
    }
    return [...this.faults].map(([id, { reason }]) => `webhook endpoint ${id}: ${reason}`);
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
