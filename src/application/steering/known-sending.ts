import {
  evolveSenders,
  evolveSending,
  neverHeld,
  type SenderHold,
  type Sending,
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
  readonly sending: Sending;
  readonly senders: readonly SenderHold[];
  readonly revision: ExpectedRevision;
  /** The event that holds sending; undefined while it flows. */
  readonly heldBy: RecordedEvent | undefined;
}

/** Folds the stream. A damaged event holds sending. */
export function foldSending({ events, revision }: StoredStream): KnownSending {
  let sending: Sending = neverHeld;
  let senders: readonly SenderHold[] = [];
  let heldBy: RecordedEvent | undefined;
  for (const recorded of events) {
    if (recorded.damage === undefined) {
      senders = evolveSenders(senders, recorded.event as SendingEvent);
    }
    const next =
      recorded.damage === undefined
        ? evolveSending(sending, recorded.event as SendingEvent)
        : heldByDamage(recorded, recorded.damage);
    if (next === sending) continue;
    sending = next;
    heldBy = next.state === 'held' ? recorded : undefined;
  }
  return { sending, senders, revision, heldBy };
}

/** An unreadable event may have been the hold of a restored copy, so it holds like one. */
const heldByDamage = ({ metadata, revision }: RecordedEvent, { reason }: Damage): Sending => ({
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
