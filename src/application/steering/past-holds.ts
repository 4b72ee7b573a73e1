import {
  evolveHolds,
  holdScopes,
  nothingHeld,
  type HoldScope,
  type Holds,
} from '../../domain/sending/sending.js';
import type { HoldCause, SendingEvent } from '../../domain/sending/sending-events.js';
import type { EventStore } from '../ports/event-store.js';
import { SENDING_STREAM } from '../streams.js';

/** The most that are listed. */
const HOLDS_MAX = 200;

/** A time in which nothing was handed over: to anybody, or to one provider. */
export interface PastHold {
  readonly scope: HoldScope;
  readonly since: string;
  /** Null: it still holds. */
  readonly until: string | null;
  readonly cause: HoldCause;
  readonly reason: string;
  readonly by: string | null;
  readonly releaseReason: string | null;
  readonly releasedBy: string | null;
}

/** Lists when and why sending was held. */
export class ReadHolds {
  constructor(private readonly store: Pick<EventStore, 'read'>) {}

  /**
   * Returns the holds of which some part lies after `sinceMs`, newest first. An event that cannot be read is left out.
   * @param sinceMs milliseconds since 1970
   * @throws StoreUnavailable
   */
  async execute(sinceMs = 0): Promise<readonly PastHold[]> {
    const { events } = await this.store.read(SENDING_STREAM);
    const readable = events.filter(({ damage }) => damage === undefined);
    const holds = holdsOf(readable.map(({ event }) => event as SendingEvent));
    return holds
      .filter(({ until }) => until === null || Date.parse(until) >= sinceMs)
      .slice(-HOLDS_MAX)
      .toReversed();
  }
}

/** One for each time in which a scope was held. Where a graver hold took its place, the graver one is told. */
export function holdsOf(events: readonly SendingEvent[]): readonly PastHold[] {
  const found: PastHold[] = [];
  const open = new Map<HoldScope, number>();
  let before: Holds = nothingHeld;
  for (const event of events) {
    const after = evolveHolds(before, event);
    for (const scope of holdScopes) {
      const [was, is] = [before[scope], after[scope]];
      if (was === is) continue;
      const index = open.get(scope);
      const hold = index === undefined ? undefined : found[index];
      if (is.state === 'held') {
        const { state: _, ...facts } = is;
        const ending = { until: null, releaseReason: null, releasedBy: null };
        const since = hold?.since ?? is.since;
        open.set(scope, index ?? found.length);
        found[index ?? found.length] = { scope, ...facts, since, ...ending };
      } else if (index !== undefined && hold !== undefined && event.type === 'SendingReleased') {
        const { occurredAt: until, reason: releaseReason, by: releasedBy } = event.data;
        found[index] = { ...hold, until, releaseReason, releasedBy };
        open.delete(scope);
      }
    }
    before = after;
  }
  return found;
}
