import { reasonOf } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Position } from '../ports/event-store.js';
import type { HealthReporter } from '../ports/health.js';
import type { ProjectionLag } from '../projecting/projector.js';

/** Projections that are behind and do not move for this long have stalled. A large batch takes a few seconds. */
const STALLED_MS_MAX = 15_000;
/** Moving projections that lag more than this are late. */
const BEHIND_MS_MAX = 60_000;
/** The most remembered heads: an hour of them, thinned out over time. */
const HEADS_MAX = 3_600;

interface SeenHead {
  readonly position: Position;
  readonly atMs: number;
}

/** Observes from outside some projections that follow the ledger. */
export class Follower {
  /** Heads of the ledger that the projections have not reached yet; oldest first. */
  private heads: readonly SeenHead[] = [];
  /** The projections' positions at the last look, and the time since which they are unchanged. */
  private standing: { readonly at: string; readonly sinceMs: number } | undefined;
  /** Start of the time without a look: it must not pass for being up to date. */
  private unseenSinceMs: number | undefined;

  constructor(
    private readonly hasReached: (position: Position, head: Position) => boolean,
    private readonly health: HealthReporter,
    private readonly clock: MonotonicClock,
  ) {
    this.unseenSinceMs = clock.elapsedMs();
  }

  /** `events` only tells whether there are some: only the ledger could count them. */
  get lag(): ProjectionLag {
    const oldestMs = Math.min(this.heads[0]?.atMs ?? Infinity, this.unseenSinceMs ?? Infinity);
    if (oldestMs === Infinity) return { events: 0, seconds: 0 };
    return { events: 1, seconds: (this.clock.elapsedMs() - oldestMs) / 1000 };
  }

  /** Records that the ledger ended at `head`, and later the projections stood at `positions`. */
  seen(
    head: Position | undefined,
    positions: readonly (Position | undefined)[],
    atMs: number,
  ): void {
    this.unseenSinceMs = undefined;
    if (head !== undefined) this.remember({ position: head, atMs });
    this.heads = this.heads.filter((one) => !this.haveReached(positions, one.position));
    const at = positions.join(' ');
    const hasMoved = this.standing?.at !== at;
    if (this.heads.length === 0 || hasMoved) this.standing = { at, sinceMs: atMs };
    this.judge();
  }

  /** Records that the positions could not be read. */
  unseen(error: unknown, atMs: number): void {
    this.unseenSinceMs ??= atMs;
    const reason = reasonOf(error);
    this.health.report('failing', `it cannot be seen how far they are: ${reason}`);
  }

  private judge(): void {
    const nowMs = this.clock.elapsedMs();
    const stoodMs = nowMs - (this.standing?.sinceMs ?? nowMs);
    if (this.heads.length > 0 && stoodMs > STALLED_MS_MAX) {
      this.health.report('failing', 'events wait, and nothing takes them in');
    } else if (this.lag.seconds * 1000 > BEHIND_MS_MAX) {
      this.health.report('behind', `events wait for more than ${BEHIND_MS_MAX / 1000} s`);
    } else this.health.working();
  }

  private haveReached(positions: readonly (Position | undefined)[], head: Position): boolean {
    return positions.every((position) => position !== undefined && this.hasReached(position, head));
  }

  private remember(head: SeenHead): void {
    if (this.heads.at(-1)?.position === head.position) return;
    const heads = [...this.heads, head];
    this.heads = heads.length > HEADS_MAX ? heads.filter((_, at) => at % 2 === 0) : heads;
  }
}
