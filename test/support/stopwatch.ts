const TICK_MS = 10;

/**
 * Measures how long something took, without the time in which this whole process stood still: on a busy
 * machine a bound on a time would otherwise be a bound on the machine.
 */
export class Stopwatch {
  private stoodStillMs = 0;
  private lastTickMs = performance.now();

  constructor() {
    setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** @returns a function that gives the milliseconds since then */
  start(): () => number {
    const startedMs = this.runningMs();
    return () => this.runningMs() - startedMs;
  }

  private runningMs(): number {
    this.tick();
    return this.lastTickMs - this.stoodStillMs;
  }

  private tick(): void {
    const nowMs = performance.now();
    this.stoodStillMs += Math.max(0, nowMs - this.lastTickMs - 2 * TICK_MS);
    this.lastTickMs = nowMs;
  }
}
