import {
  evolveHolds,
  evolveSenders,
  holdScopes,
  nothingHeld,
  scopeOf,
  type HeldSending,
  type Holds,
  type HoldScope,
  type SenderHold,
} from '../../domain/sending/sending.js';
import type { SendingEvent } from '../../domain/sending/sending-events.js';
import type {
  Damage,
  ExpectedRevision,
  RecordedEvent,
  StoredStream,
} from '../ports/event-store.js';
import { SENDING_STREAM } from '../streams.js';

/** The stream at its last read. */
export interface KnownSending {
  readonly holds: Holds;
  readonly senders: readonly SenderHold[];
  readonly revision: ExpectedRevision;
  /** The events that hold what is held. */
  readonly heldBy: Readonly<Partial<Record<HoldScope, RecordedEvent>>>;
  /** The latest holds, also those that changed nothing because it was held already. */
  readonly latestHolds: Readonly<Partial<Record<HoldScope, LatestHold>>>;
}

interface LatestHold {
  /** The id of the event. */
  readonly id: string;
  readonly reason: string;
}

/** Folds the stream. A damaged event holds all of sending. */
export function foldSending({ events, revision }: StoredStream): KnownSending {
  let holds = nothingHeld;
  let senders: readonly SenderHold[] = [];
  const heldBy: Partial<Record<HoldScope, RecordedEvent>> = {};
  const latestHolds: Partial<Record<HoldScope, LatestHold>> = {};
  for (const recorded of events) {
    const { id, damage } = recorded;
    let next: Holds;
    if (damage === undefined) {
      const event = recorded.event as SendingEvent;
      next = evolveHolds(holds, event);
      senders = evolveSenders(senders, event);
      if (event.type === 'SendingHeld') {
        latestHolds[scopeOf(event)] = { id, reason: event.data.reason };
      }
    } else {
      const all = heldByDamage(recorded, damage);
      next = { ...holds, all };
      latestHolds.all = { id, reason: all.reason };
    }
    for (const scope of holdScopes) {
      if (next[scope] !== holds[scope]) heldBy[scope] = recorded;
    }
    holds = next;
  }
  return { holds, senders, revision, heldBy, latestHolds };
}

/** An unreadable event may have been the hold of a restored copy, so it holds like one. */
const heldByDamage = ({ metadata, revision }: RecordedEvent, { reason }: Damage): HeldSending => ({
  state: 'held',
  since: metadata.recordedAt,
  cause: 'damaged-ledger',
  reason:
    `event ${revision} of ${SENDING_STREAM} is damaged (${reason}), ` +
    'and may have been the hold of a restored copy',
  by: null,
});

export const isNewer = (known: KnownSending, than: KnownSending | undefined): boolean =>
  than === undefined || numberOf(known.revision) >= numberOf(than.revision);

const numberOf = (revision: ExpectedRevision): bigint =>
  revision === 'no-stream' ? -1n : revision;
