import type { MonotonicClock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position } from '../ports/event-store.js';
import type { Health } from '../ports/health.js';
import type { ProjectionPositions } from '../ports/projection-positions.js';
import type { ProjectionName } from '../ports/projection-store.js';
import { PROJECTED_STREAMS } from '../streams.js';
import { Follower } from './follower.js';
import type { ProjectionLag } from '../projecting/projector.js';

const PERIOD_MS = 1_000;

/** Projections without which nothing is handed to Vonage. */
export const SENDING_NEEDS: readonly ProjectionName[] = ['message-index', 'agenda'];

/**
 * Measures the lag of the read models behind the ledger, whichever instance updates them. Once a second it compares
 * their positions with the earlier head of the ledger. It does not rely on the projector's own reports, and measures on
 * a monotonic clock.
 */
export class ObservedLag {
  private readonly all: Follower;
  private readonly needed: Follower;

  constructor(
    private readonly feed: EventFeed,
    private readonly projections: ProjectionPositions,
    health: Health,
    private readonly clock: MonotonicClock,
  ) {
    const reach = (position: Position, head: Position): boolean =>
      feed.comparePositions(position, head) >= 0;
    this.all = new Follower(reach, health.reporter('read models', ['readModels']), clock);
    this.needed = new Follower(reach, health.reporter('agenda', ['sending']), clock);
  }

  get lag(): ProjectionLag {
    return this.all.lag;
  }

  /** Looks once a second until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.look();
      await this.clock.pause(PERIOD_MS, signal);
    }
  }

  private async look(): Promise<void> {
    const lookedAtMs = this.clock.elapsedMs();
    try {
      const head = await this.feed.head(PROJECTED_STREAMS);
      const positions = await this.projections.positions();
      this.all.seen(head, [...positions.values()], lookedAtMs);
      const needed = SENDING_NEEDS.map((name) => positions.get(name));
      this.needed.seen(head, needed, lookedAtMs);
    } catch (error) {
      // Unreachable: keep the last observation and let the lag grow.
      this.all.unseen(error, lookedAtMs);
      this.needed.unseen(error, lookedAtMs);
    }
  }
}
