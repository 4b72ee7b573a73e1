import { setTimeout as delay } from 'node:timers/promises';
import { Api } from '../facts/api.js';

const INTERVAL_MS = 100;

export interface Probe {
  readonly status: number;
}

/** Polls a service's liveness and readiness, as an orchestrator does. */
export class HealthWatch {
  readonly live: Probe[] = [];
  readonly ready: Probe[] = [];
  private readonly api: Api;
  private running: Promise<unknown> = Promise.resolve();
  private isStopping = false;

  constructor(url: string) {
    this.api = new Api(url);
  }

  begin(): void {
    this.running = Promise.all([
      this.watch('/health/live', this.live),
      this.watch('/health/ready', this.ready),
    ]);
    // `stop()` reports a failure; until then the rejection must not end the process.
    this.running.catch(() => {});
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private async watch(path: string, probes: Probe[]): Promise<void> {
    while (!this.isStopping) {
      const { status } = await this.api.get(path);
      probes.push({ status });
      await delay(INTERVAL_MS);
    }
  }
}
