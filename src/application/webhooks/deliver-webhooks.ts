import type { Endpoints } from '../../domain/webhooks/endpoint.js';
import { keepRunning } from '../background/keep-running.js';
import type { OutgoingEvents } from './outgoing-event.js';
import { EndpointRunner, type RunnerPorts } from './endpoint-runner.js';

/** A change of an endpoint takes effect within this time. */
const LOOK_MS = 1_000;

interface Running {
  readonly stopping: AbortController;
  readonly ended: Promise<void>;
}

/** Delivers to every endpoint on the leading instance, each for itself. */
export class DeliverWebhooks {
  private endpoints: Endpoints = new Map();
  private readonly running = new Map<string, Running>();

  constructor(
    private readonly ports: Omit<RunnerPorts, 'events'>,
    /** Each endpoint is at a place of its own, so each has its own cache of messages. */
    private readonly newEvents: () => OutgoingEvents,
    private readonly random: () => number,
  ) {}

  /** Runs until `signal` aborts; resolves when nothing is under way any more. @throws StoreUnavailable */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.look(signal);
        await this.ports.monotonic.wait(LOOK_MS, signal).catch(() => undefined);
      }
    } finally {
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
      const runner = new EndpointRunner(
        { ...this.ports, events: this.newEvents() },
        id,
        start,
        current,
        this.random,
      );
      const until = AbortSignal.any([signal, stopping.signal]);
      const run = (ending: AbortSignal): Promise<void> => runner.run(ending);
      const ended = keepRunning(`webhook endpoint ${id}`, run, until, {
        clock: this.ports.monotonic,
        logger: this.ports.logger,
      });
      const running = { stopping, ended };
      this.running.set(id, running);
      void this.forgetEnded(id, running);
    }
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
