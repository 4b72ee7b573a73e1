import { SLOWER_PAUSE_MS_MIN } from '../../domain/message/decide.js';
import { providers, type Provider } from '../../domain/sending/provider.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import { PAUSE_MS_MAX } from '../ports/pace.js';

/** The pause after a single 429: one second was too full by a few calls, and a pause for a second would cost thirty. */
const SINGLE_PAUSE_MS = 200;
/** Two 429s within this time, besides those of calls that were under way together, are a series. */
const SERIES_MS = 2_500;

/** Tracks a provider's request that this instance send nothing for a while (HTTP 429). */
export class BackOff {
  private untilMs = -Infinity;
  private sinceMs = -Infinity;
  private askedAtMs = -Infinity;
  private isSeries = false;
  private isProbing = false;

  constructor(
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
  ) {}

  /**
   * Begins a pause for as long as Vonage asks. A single 429 that asks for no more than a second holds back its own
   * message that long, and the others only for a moment.
   * @param askedForMs the pause that Vonage asked for; null when it named none
   * @returns the length of the pause, milliseconds
   */
  begin(askedForMs: number | null): number {
    const nowMs = this.monotonic.elapsedMs();
    // During a pause only calls that were under way before it are answered.
    if (this.leftMs() === 0) {
      this.isSeries = nowMs - this.askedAtMs < SERIES_MS;
      this.askedAtMs = nowMs;
    }
    const askedMs = Math.max(SLOWER_PAUSE_MS_MIN, askedForMs ?? 0);
    const isSingle = !this.isSeries && askedMs === SLOWER_PAUSE_MS_MIN;
    const pauseMs = isSingle ? SINGLE_PAUSE_MS : Math.min(PAUSE_MS_MAX, askedMs);
    if (!this.isProbing) this.sinceMs = nowMs;
    this.untilMs = Math.max(this.untilMs, nowMs + pauseMs);
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

/** The back-off of each provider. */
export class BackOffs {
  private readonly each: ReadonlyMap<Provider, BackOff>;

  constructor(clock: Clock, monotonic: MonotonicClock) {
    this.each = new Map(
      providers.map((provider) => [provider, new BackOff(clock, monotonic)] as const),
    );
  }

  of(provider: Provider): BackOff {
    const backOff = this.each.get(provider);
    if (backOff === undefined) throw new Error(`There is no provider ${provider}.`);
    return backOff;
  }
}
