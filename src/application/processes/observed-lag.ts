import { pause } from '../pause.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { ProjectionPositions } from '../ports/projection-positions.js';
import type { ProjectionLag } from './projector.js';

const PERIOD_MS = 1_000;

/**
 * How far the read models are behind, seen from an instance that does not keep them: whether they stand
 * at the end of the ledger, and when they were last seen there.
 */
export class ObservedLag {
  /** Before the first look nobody knows; the read models are not said to be fresher than the process. */
  private lastCurrentAtMs: number;
  private isBehind = false;

  constructor(
    private readonly feed: EventFeed,
    private readonly projections: ProjectionPositions,
    private readonly clock: MonotonicClock,
  ) {
    this.lastCurrentAtMs = clock.elapsedMs();
  }

  get lag(): ProjectionLag {
    const ageMs = this.clock.elapsedMs() - this.lastCurrentAtMs;
    // How many there are only the ledger could count.
    return { events: this.isBehind ? 1 : 0, seconds: Math.max(0, ageMs / 1000) };
  }

  /** Goes on from what this instance knew while it kept the read models itself. */
  goOnFrom({ events, seconds }: ProjectionLag): void {
    this.isBehind = events > 0;
    this.lastCurrentAtMs = this.clock.elapsedMs() - seconds * 1000;
  }

  /** Looks once a second while `isWanted`, until `signal` aborts. */
  async run(signal: AbortSignal, isWanted: () => boolean): Promise<void> {
    while (!signal.aborted) {
      if (isWanted()) await this.look();
      await pause(PERIOD_MS, signal);
    }
  }

  private async look(): Promise<void> {
    const lookedAtMs = this.clock.elapsedMs();
    try {
      const head = await this.feed.head();
      const positions = await this.projections.positions();
      this.isBehind =
        head !== undefined &&
        positions.some(
          (position) => position === undefined || this.feed.comparePositions(position, head) < 0,
        );
      if (!this.isBehind) this.lastCurrentAtMs = lookedAtMs;
    } catch {
      // Whoever is away cannot be asked: what was seen last grows older, and the lag with it.
    }
  }
}
