import { within } from '../pause.js';
import type { Clocks } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { ProjectionProgress } from '../ports/projection-store.js';
import type { ProjectionLag } from '../projecting/projector.js';
import { PROJECTED_STREAMS } from '../streams.js';

/** The longest wait for the ledger's head; after it the answer claims less than it could. */
const HEAD_MS_MAX = 500;

/** The freshness of an answer. */
export interface AsOf {
  /** Everything acknowledged before is included; null while nothing was projected yet. ISO 8601 UTC. */
  readonly time: string | null;
  /** The lag of the read models when the question was answered. */
  readonly behindEvents: number;
  readonly behindSeconds: number;
}

/** States the freshness of an answer, and never overstates it. */
export class Freshness {
  constructor(
    private readonly clocks: Clocks,
    private readonly feed: Pick<EventFeed, 'head' | 'comparePositions'>,
    private readonly lag: () => ProjectionLag,
  ) {}

  /** @param progress of the rows in the answer */
  async asOf(progress: ProjectionProgress | undefined): Promise<AsOf> {
    // Taken before the head is read: events acknowledged later may be missing.
    const askedAt = this.clocks.clock.now().toISOString();
    const isComplete = progress !== undefined && (await this.isAtHead(progress));
    const { events, seconds } = this.lag();
    return {
      time: isComplete ? askedAt : (progress?.asOf ?? null),
      behindEvents: isComplete ? 0 : events,
      behindSeconds: isComplete ? 0 : seconds,
    };
  }

  /** The freshness of an answer from several lists: that of the stalest. @param progress at least one */
  async asOfAll(progress: readonly (ProjectionProgress | undefined)[]): Promise<AsOf> {
    const all = await Promise.all(progress.map((one) => this.asOf(one)));
    return all.reduce((older, one) => ((one.time ?? '') < (older.time ?? '') ? one : older));
  }

  private async isAtHead({ position }: ProjectionProgress): Promise<boolean> {
    const compared = this.feed
      .head(PROJECTED_STREAMS)
      .then((head) => head === undefined || this.feed.comparePositions(position, head) >= 0)
      // An unavailable ledger is no reason to refuse the known rows.
      .catch(() => false);
    return within(this.clocks.monotonic, HEAD_MS_MAX, compared, false);
  }
}
