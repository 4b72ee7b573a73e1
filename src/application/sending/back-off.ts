import type { Clock, MonotonicClock } from '../ports/clock.js';
import { PAUSE_MS_MAX } from '../ports/pace.js';

/** Pause after a 429 without Retry-After, or with a zero one. */
const PAUSE_MS_MIN = 1_000;

/** Tracks Vonage's request that this instance send nothing for a while (HTTP 429). */
export class BackOff {
  private untilMs = -Infinity;
  private isProbing = false;

  constructor(
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
  ) {}

  /**
   * @param askedForMs the pause that Vonage asked for; null when it named none
   * @returns the length of the pause, milliseconds
   */
  begin(askedForMs: number | null): number {
    const pauseMs = Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, askedForMs ?? 0));
    this.untilMs = Math.max(this.untilMs, this.monotonic.elapsedMs() + pauseMs);
    this.isProbing = true;
    return pauseMs;
  }

  /** Ends the back-off after a call that did not end with 429. */
  end(): void {
    if (this.leftMs() === 0) this.isProbing = false;
  }

  /** True when one call must first find out whether Vonage takes messages again. */
  get mustProbe(): boolean {
    return this.isProbing;
  }

  /** The rest of the pause, milliseconds. */
  leftMs(): number {
    return Math.max(0, this.untilMs - this.monotonic.elapsedMs());
  }

  /** The time of the next call; undefined while nothing is held back. */
  until(): Date | undefined {
    const leftMs = this.leftMs();
    return leftMs === 0 ? undefined : new Date(Math.ceil(this.clock.now().getTime() + leftMs));
  }
}
