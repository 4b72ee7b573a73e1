import type { Clock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { ProjectionProgress } from '../ports/projection-store.js';
import type { ProjectionLag } from '../projecting/projector.js';
import { LEDGER_STREAMS } from '../streams.js';

/** A ledger that takes longer is not waited for: the answer then says less than could be said. */
const HEAD_MS_MAX = 500;

/** How fresh an answer is. */
export interface AsOf {
  /** Everything acknowledged before is included; null while nothing was projected yet. ISO 8601 UTC. */
  readonly time: string | null;
  /** How far the read models were behind the ledger when the question was answered. */
  readonly behindEvents: number;
  readonly behindSeconds: number;
}

/** Says how fresh an answer is, and never more than is so. */
export class Freshness {
  constructor(
    private readonly clock: Clock,
    private readonly feed: Pick<EventFeed, 'head' | 'comparePositions'>,
    private readonly lag: () => ProjectionLag,
  ) {}

  /** @param progress of the rows that the answer was made of */
  async asOf(progress: ProjectionProgress | undefined): Promise<AsOf> {
    // Before the ledger is asked where it ends: what is acknowledged later may be missing.
    const askedAt = this.clock.now().toISOString();
    const isComplete = progress !== undefined && (await this.isAtHead(progress));
    const { events, seconds } = this.lag();
    return {
      time: isComplete ? askedAt : (progress?.asOf ?? null),
      behindEvents: isComplete ? 0 : events,
      behindSeconds: isComplete ? 0 : seconds,
    };
  }

  private async isAtHead({ position }: ProjectionProgress): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), HEAD_MS_MAX);
    });
    const compared = this.feed
      .head(LEDGER_STREAMS)
      .then((head) => head === undefined || this.feed.comparePositions(position, head) >= 0)
      // A ledger that is away is no reason to refuse what is known.
      .catch(() => false);
    try {
      return await Promise.race([compared, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
