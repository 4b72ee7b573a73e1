import { UndecodableEvent } from '../../application/errors.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import {
  contentOf,
  DamagedEvent,
  eventCodec,
  jsonOf,
  type EncodedEvent,
  type Place,
} from './event-codec.js';
import { isSealed, SealedEvent } from './sealed/sealed-event.js';

/**
 * Never throws: an event that cannot be decoded becomes a `DamagedEvent`, and one with personal fields a `SealedEvent`,
 * which the stores above open.
 */
export function recordedEvent(stored: EncodedEvent, place: Place): RecordedEvent {
  try {
    const { type } = stored;
    const data = jsonOf(type, stored.data);
    const parsed = jsonOf(type, stored.metadata);
    if (isSealed(data)) {
      // The time is in no box.
      checkTime(type, parsed['recordedAt']);
      return new SealedEvent(stored, data, place);
    }
    const { event, metadata } = eventCodec.decodeParsed(
      stored,
      contentOf(data, () => parsed),
    );
    checkTime(type, metadata.recordedAt);
    return {
      id: stored.id,
      stream: place.stream,
      revision: place.revision,
      position: place.position,
      version: stored.version,
      event,
      metadata,
    };
  } catch (error) {
    return new DamagedEvent(stored, place, error);
  }
}

function checkTime(type: string, recordedAt: unknown): void {
  if (typeof recordedAt !== 'string')
    throw new UndecodableEvent(`an event of type ${type} has no time`);
}
