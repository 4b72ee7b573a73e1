import { StoreUnavailable } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { PersonRows } from '../ports/person-rows.js';
import type { ProjectionPositions } from '../ports/projection-positions.js';
import { PROJECTED_STREAMS } from '../streams.js';

/** Read models that name persons. */
const PROJECTIONS = ['messages', 'inbound'] as const;

const LOOK_AGAIN_MS = 20;
/** A caller waits this long for the read models; then the request is to be repeated. */
const READ_MODELS_MS_MAX = 30_000;

/** Finds a person's rows in the read models, and waits until those have caught up. */
export class NamingReadModels {
  constructor(
    readonly rows: PersonRows,
    private readonly positions: ProjectionPositions,
    private readonly feed: Pick<EventFeed, 'comparePositions' | 'head'>,
    private readonly clock: MonotonicClock,
  ) {}

  /** Returns when all waiting of a caller who begins now ends, in milliseconds of the monotonic clock. */
  deadlineMs(): number {
    return this.clock.elapsedMs() + READ_MODELS_MS_MAX;
  }

  /**
   * Waits until they hold everything that is recorded now.
   * @throws StoreUnavailable after the deadline; the reason of `signal` when it aborts first
   */
  async untilProjected(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const position = await this.feed.head(PROJECTED_STREAMS);
    if (position === undefined) return;
    await this.until(
      async () => {
        const positions = await this.positions.positions();
        return PROJECTIONS.every((name) => {
          const reached = positions.get(name);
          return reached !== undefined && this.feed.comparePositions(reached, position) >= 0;
        });
      },
      deadlineMs,
      signal,
    );
  }

  /** @throws the same */
  async until(
    isDone: () => Promise<boolean>,
    deadlineMs: number,
    signal = new AbortController().signal,
  ): Promise<void> {
    while (!(await isDone())) {
      signal.throwIfAborted();
      if (this.clock.elapsedMs() > deadlineMs) {
        throw new StoreUnavailable('the read models are behind: ask again');
      }
      await this.clock.pause(LOOK_AGAIN_MS, signal);
    }
  }
}
