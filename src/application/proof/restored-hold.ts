import type { EventStore } from '../ports/event-store.js';
import type { SendingEvent } from '../../domain/sending/sending-events.js';
import { SENDING_STREAM } from '../streams.js';

/** The last hold of a ledger that was found to be a restored copy. */
export interface RestoredHold {
  readonly id: string;
  /** True after the operator's `resume`. */
  readonly isDecided: boolean;
}

/** @throws StoreUnavailable */
export async function lastRestoredHold(
  streams: Pick<EventStore, 'read'>,
): Promise<RestoredHold | undefined> {
  const { events } = await streams.read(SENDING_STREAM);
  let hold: RestoredHold | undefined;
  for (const recorded of events) {
    if (recorded.damage !== undefined) continue;
    const event = recorded.event as SendingEvent;
    // The release of one provider decides nothing about the copy.
    if (event.type === 'SendingReleased' && event.data.provider === undefined)
      hold = hold && { ...hold, isDecided: true };
    else if (event.type === 'SendingHeld' && event.data.cause === 'restored-copy')
      hold = { id: recorded.id, isDecided: false };
  }
  return hold;
}
