import type { Clock, MonotonicClock } from '../ports/clock.js';
import { PAUSE_MS_MAX } from '../ports/pace.js';

/** A 429 that says nothing, or says that no time at all need pass. */
const PAUSE_MS_MIN = 1_000;

/** Whether Vonage has asked this instance to send nothing for a while (HTTP 429). */
export class BackOff {
  private untilMs = -Infinity;
  private isProbing = false;

  constructor(
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
  ) {}

  /**
   * @param askedForMs what Vonage asked for; null when it did not say
   * @returns for how long nothing is sent, milliseconds
   */
  begin(askedForMs: number | null): number {
    const pauseMs = Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, askedForMs ?? 0));
    this.untilMs = Math.max(this.untilMs, this.monotonic.elapsedMs() + pauseMs);
    this.isProbing = true;
    return pauseMs;
  }

  /** A call has ended with something else than 429. */
  end(): void {
    if (this.leftMs() === 0) this.isProbing = false;
  }

  /** One call is to find out whether Vonage takes messages again, before others follow. */
  get mustProbe(): boolean {
    return this.isProbing;
  }

  /** Until nothing is sent, milliseconds. */
  leftMs(): number {
    return Math.max(0, this.untilMs - this.monotonic.elapsedMs());
  }

  /** When the next call is made; undefined while nothing is held back. */
  until(): Date | undefined {
    const leftMs = this.leftMs();
    return leftMs === 0 ? undefined : new Date(Math.ceil(this.clock.now().getTime() + leftMs));
  }
}
