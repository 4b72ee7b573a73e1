import { pause } from '../pause.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position } from '../ports/event-store.js';
import type { Health } from '../ports/health.js';
import type { ProjectionPositions } from '../ports/projection-positions.js';
import type { ProjectionName } from '../ports/projection-store.js';
import { LEDGER_STREAMS } from '../streams.js';
import { Follower } from './follower.js';
import type { ProjectionLag } from '../projecting/projector.js';

const PERIOD_MS = 1_000;

/** Without these nothing is handed over. */
export const SENDING_NEEDS: readonly ProjectionName[] = ['message-index', 'agenda'];

/**
 * How far the read models are behind the ledger, whichever instance keeps them: compares once a second where
 * they stand with where the ledger ended then. It takes no word of the projector, and measures on a monotonic clock.
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
      await pause(PERIOD_MS, signal);
    }
  }

  private async look(): Promise<void> {
    const lookedAtMs = this.clock.elapsedMs();
    try {
      const head = await this.feed.head(LEDGER_STREAMS);
      const positions = await this.projections.positions();
      this.all.seen(head, [...positions.values()], lookedAtMs);
      const needed = SENDING_NEEDS.map((name) => positions.get(name));
      this.needed.seen(head, needed, lookedAtMs);
    } catch (error) {
      // What is away cannot be asked: what was seen last grows older, and the lag with it.
      this.all.unseen(error, lookedAtMs);
      this.needed.unseen(error, lookedAtMs);
    }
  }
}
