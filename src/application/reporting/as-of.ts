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
    // A ledger to which nothing is added leaves its read models as they are, and they stay right.
    const isCurrent = events === 0 && progress !== undefined;
    const time = isCurrent ? this.clock.now().toISOString() : (progress?.asOf ?? null);
    return { time, behindEvents: events, behindSeconds: seconds };
  }
}
