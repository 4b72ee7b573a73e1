import type { Clock } from '../ports/clock.js';
import type { ProjectionProgress } from '../ports/projection-store.js';
import type { ProjectionLag } from '../processes/projector.js';

/** How fresh an answer about many messages is. */
export interface AsOf {
  /** Everything recorded before is included; null while nothing was projected yet. ISO 8601 UTC. */
  readonly time: string | null;
  /** How far the read models were behind the ledger when the question was answered. */
  readonly behindEvents: number;
  readonly behindSeconds: number;
}

/** Says how fresh an answer is. */
export class Freshness {
  constructor(
    private readonly clock: Clock,
    private readonly lag: () => ProjectionLag,
  ) {}

  asOf(progress: ProjectionProgress | undefined): AsOf {
    const { events, seconds } = this.lag();
    return { time: this.timeOf(progress), behindEvents: events, behindSeconds: seconds };
  }

  private timeOf(progress: ProjectionProgress | undefined): string | null {
    if (progress === undefined) return null;
    const { events, seconds } = this.lag();
    if (events > 0) return progress.asOf;
    // A ledger to which nothing is added leaves its read models as they are, and they stay right.
    const seenCurrentAt = new Date(this.clock.now().getTime() - seconds * 1000).toISOString();
    return seenCurrentAt > progress.asOf ? seenCurrentAt : progress.asOf;
  }
}
