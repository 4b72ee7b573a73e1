import type { Provider } from '../../domain/sending/provider.js';
import type { SenderHold } from '../../domain/sending/sending.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';

/** A hold that ends when Vonage takes a message: of one provider, or of one sender. */
export type ProbedHold = {
  readonly since: string;
  /** The provider of a hold of all its messages. */
  readonly provider?: Provider;
} & Partial<Pick<SenderHold, 'channel' | 'from'>>;

/** More holds in turn than one process sees; then the oldest schedules are dropped, and a probe may come early. */
const HOLDS_MAX = 1_000;

/** Schedules the probes: calls that find out whether Vonage takes messages again during an automatic hold. */
export class Probes {
  private readonly nextAtMs = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
    private readonly periodMs: number,
  ) {}

  /** True when the next probe may be made. The first one is due a period after the hold began. */
  isDue(hold: ProbedHold): boolean {
    return this.monotonic.elapsedMs() >= this.next(hold);
  }

  /** Notes a probe: the next one is due a period later. */
  made(hold: ProbedHold): void {
    this.nextAtMs.set(keyOf(hold), this.monotonic.elapsedMs() + this.periodMs);
  }

  /** The rest of the time until the next probe, milliseconds. */
  leftMs(hold: ProbedHold): number {
    return Math.max(0, this.next(hold) - this.monotonic.elapsedMs());
  }

  /** The time of the next probe. */
  nextAt(hold: ProbedHold): Date {
    return new Date(Math.ceil(this.clock.now().getTime() + this.leftMs(hold)));
  }

  private next(hold: ProbedHold): number {
    const key = keyOf(hold);
    const known = this.nextAtMs.get(key);
    if (known !== undefined) return known;
    const ageMs = this.clock.now().getTime() - Date.parse(hold.since);
    // The wall clock may have been set since, so the rest is a period at most.
    const restMs = Math.min(this.periodMs, Math.max(0, this.periodMs - ageMs));
    const nextAtMs = this.monotonic.elapsedMs() + restMs;
    if (this.nextAtMs.size >= HOLDS_MAX) this.nextAtMs.clear();
    this.nextAtMs.set(key, nextAtMs);
    return nextAtMs;
  }
}

const keyOf = ({ since, provider = 'vonage', channel = '', from = '' }: ProbedHold): string =>
  `${since} ${provider} ${channel} ${from}`;
