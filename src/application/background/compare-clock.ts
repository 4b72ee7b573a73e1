import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports/clock.js';
import type { ProjectionTimes } from '../ports/projection-positions.js';

/** The read models are asked for so long: a database that is away must not keep the service from its work. */
const ANSWER_MS_MAX = 1_000;

/** Tells the clock what time others have recorded, before this process begins, or takes over from another instance. */
export class CompareClock {
  /** Compared before; a second comparison with the same time would count a second step. */
  private compared: string | undefined;

  constructor(
    private readonly times: ProjectionTimes,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<void> {
    const newest = this.times.newestAsOf().catch(() => undefined);
    const recordedAt = await Promise.race([
      newest,
      delay(ANSWER_MS_MAX, undefined, { ref: false }),
    ]);
    if (recordedAt === undefined || recordedAt === this.compared) return;
    this.compared = recordedAt;
    this.clock.compareWith?.(recordedAt);
  }
}
