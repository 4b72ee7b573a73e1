import type { MonotonicClock } from '../ports/clock.js';

/** Age up to which figures are shown again: several scrapers must not multiply the reads. */
const AGE_MS_MAX = 2_000;

/** Repeats the last answer for a short while; those who ask during a read share it. */
export class Remembered<Value> {
  private latest: { readonly value: Promise<Value>; readonly atMs: number } | undefined;

  constructor(
    private readonly read: () => Promise<Value>,
    private readonly monotonic: MonotonicClock,
    private readonly ageMsMax = AGE_MS_MAX,
  ) {}

  /** @throws what `read` throws; a failure is not remembered */
  get(): Promise<Value> {
    const atMs = this.monotonic.elapsedMs();
    if (this.latest !== undefined && atMs - this.latest.atMs < this.ageMsMax)
      return this.latest.value;
    const value = this.read();
    this.latest = { value, atMs };
    value.catch(() => {
      this.latest = undefined;
    });
    return value;
  }
}
