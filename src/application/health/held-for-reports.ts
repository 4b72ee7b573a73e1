import type { Message } from '../../domain/message/message.js';
import type { Clocks } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { AwaitedRepeats } from './awaited-repeats.js';

/** What waits is looked at again within this time, so a longer pause begins a new wait. */
const APART_MS_MAX = 60_000;

/** The time in which windows and second texts wait for reports that Vonage repeats. */
export interface Wait {
  readonly since: Date;
  readonly until: Date;
}

/** Tells the background work how long to wait for repeated reports, and people that something waits for them. */
export class HeldForReports {
  private sinceMs = -Infinity;
  private untilMs = -Infinity;

  constructor(
    private readonly repeats: Pick<AwaitedRepeats, 'leftMs'>,
    private readonly surroundings: Clocks & { readonly logger: Logger },
  ) {}

  /** @returns milliseconds; 0 when nothing more is to be waited for @throws StoreUnavailable */
  async leftMs(message: Message): Promise<number> {
    const leftMs = await this.repeats.leftMs(message);
    if (leftMs > 0) this.note(leftMs);
    return leftMs;
  }

  /** Undefined while this instance keeps nothing back. */
  current(): Wait | undefined {
    const { clock, monotonic } = this.surroundings;
    const nowMs = monotonic.elapsedMs();
    if (this.untilMs <= nowMs) return undefined;
    const at = (ms: number): Date => new Date(clock.now().getTime() + ms - nowMs);
    return { since: at(this.sinceMs), until: at(this.untilMs) };
  }

  /** Time for which something waits at most, milliseconds. */
  get restMs(): number {
    return Math.max(0, this.untilMs - this.surroundings.monotonic.elapsedMs());
  }

  private note(leftMs: number): void {
    const nowMs = this.surroundings.monotonic.elapsedMs();
    const isNew = nowMs - this.untilMs > APART_MS_MAX;
    this.untilMs = Math.max(this.untilMs, nowMs + leftMs);
    if (!isNew) return;
    this.sinceMs = nowMs;
    this.surroundings.logger.warn(
      { until: this.current()?.until },
      'After an outage, confirmation windows and second texts wait for reports that were not taken in and that Vonage repeats.',
    );
  }
}
