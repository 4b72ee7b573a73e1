import { SLOWER_PAUSE_MS_MIN } from '../../domain/message/decide.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import { PAUSE_MS_MAX } from '../ports/pace.js';

/** Tracks Vonage's request that this instance send nothing for a while (HTTP 429). */
export class BackOff {
  private untilMs = -Infinity;
  private sinceMs = -Infinity;
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
    const pauseMs = Math.min(PAUSE_MS_MAX, Math.max(SLOWER_PAUSE_MS_MIN, askedForMs ?? 0));
    if (!this.isProbing) this.sinceMs = this.monotonic.elapsedMs();
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

  /** The pause under way, with its begin and its end; undefined when there is none. */
  current(): { readonly since: Date; readonly until: Date } | undefined {
    const until = this.until();
    if (until === undefined) return undefined;
    const agoMs = this.monotonic.elapsedMs() - this.sinceMs;
    return { since: new Date(Math.floor(this.clock.now().getTime() - agoMs)), until };
  }

  /** The time of the next call; undefined while nothing is held back. */
  until(): Date | undefined {
    const leftMs = this.leftMs();
    return leftMs === 0 ? undefined : new Date(Math.ceil(this.clock.now().getTime() + leftMs));
  }
}
