import type { MonotonicClock } from '../ports/clock.js';
import type { Position } from '../ports/event-store.js';
import type { HealthReporter } from '../ports/health.js';
import type { ProjectionLag } from '../projecting/projector.js';

/** What waits and does not move for longer stands still. A large batch takes a few seconds. */
const STALLED_MS_MAX = 15_000;
/** What moves, but is further behind, is late. */
const BEHIND_MS_MAX = 60_000;
/** Heads that are remembered: an hour of them, thinned out as it goes on. */
const HEADS_MAX = 3_600;

interface SeenHead {
  readonly position: Position;
  readonly atMs: number;
}

/** Some projections that follow the ledger, as seen from outside. */
export class Follower {
  /** Where the ledger ended, at looks that the projections have not caught up with; oldest first. */
  private heads: readonly SeenHead[] = [];
  /** Where the projections stood at the last look, and since when. */
  private standing: { readonly at: string; readonly sinceMs: number } | undefined;
  /** Before the first look nobody knows: that must not pass for being up to date. */
  private unseenSinceMs: number | undefined;

  constructor(
    private readonly hasReached: (position: Position, head: Position) => boolean,
    private readonly health: HealthReporter,
    private readonly clock: MonotonicClock,
  ) {
    this.unseenSinceMs = clock.elapsedMs();
  }

  /** Of `events` only whether there are some: how many there are only the ledger could count. */
  get lag(): ProjectionLag {
    const oldestMs = Math.min(this.heads[0]?.atMs ?? Infinity, this.unseenSinceMs ?? Infinity);
    if (oldestMs === Infinity) return { events: 0, seconds: 0 };
    return { events: 1, seconds: (this.clock.elapsedMs() - oldestMs) / 1000 };
  }

  /** The ledger ended at `head`, and later the projections stood at `positions`. */
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

  /** It could not be seen where they stand. */
  unseen(error: unknown, atMs: number): void {
    this.unseenSinceMs ??= atMs;
    const reason = error instanceof Error ? error.message : String(error);
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
