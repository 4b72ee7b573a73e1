import { within } from '../pause.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { ProjectionTimes } from '../ports/projection-positions.js';

/** The longest wait for the read models at the start: an unavailable database must not stop the service's work. */
const ANSWER_MS_MAX = 1_000;

/**
 * Tells the clock the newest time that others have recorded, before this process begins, or takes over from another
 * instance.
 */
export class CompareClock {
  /** The time compared last; comparing it again would count a second step. */
  private compared: string | undefined;

  constructor(
    private readonly times: ProjectionTimes,
    private readonly clock: Clock,
    private readonly monotonic: MonotonicClock,
  ) {}

  /** @returns the age of the newest record in milliseconds; undefined where it is not known in time */
  async execute(withinMs = ANSWER_MS_MAX): Promise<number | undefined> {
    const newest = this.times.newestAsOf().catch(() => undefined);
    const recordedAt = await within(this.monotonic, withinMs, newest, undefined);
    if (recordedAt === undefined) return undefined;
    if (recordedAt !== this.compared) {
      this.compared = recordedAt;
      this.clock.compareWith?.(recordedAt);
    }
    return this.clock.now().getTime() - Date.parse(recordedAt);
  }
}
