import { InvalidAppend } from '../../application/errors.js';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  EVENT_BYTES_MAX,
  STREAM_NAME,
  type ExpectedRevision,
  type AppendedEvent,
} from '../../application/ports/event-store.js';
import { eventCodec, type EncodedEvent } from './event-codec.js';

/** An append that is within the limits of every adapter. */
export interface CheckedAppend {
  readonly events: readonly EncodedEvent[];
  /** UTF-8 bytes of the data and metadata of all its events. */
  readonly bytes: number;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/**
 * Encodes the events of an append and checks them against the limits of the port, so that all adapters refuse the
 * same appends.
 * @throws InvalidAppend
 */
export function checkAppend(
  stream: string,
  events: readonly AppendedEvent[],
  expected: ExpectedRevision,
): CheckedAppend {
  if (!STREAM_NAME.test(stream)) throw new InvalidAppend(stream, 'the stream has a bad name');
  if (expected !== 'no-stream' && expected < 0n) {
    throw new InvalidAppend(stream, `no stream is ever at revision ${expected}`);
  }
  if (events.length === 0) throw new InvalidAppend(stream, 'it has no events');
  if (events.length > APPEND_EVENTS_MAX) {
    throw new InvalidAppend(stream, `it has more than ${APPEND_EVENTS_MAX} events`);
  }
  checkIds(stream, events);

  const encoded: EncodedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const stored = 'stored' in event ? { id: event.id, ...event.stored } : eventCodec.encode(event);
    const eventBytes = Buffer.byteLength(stored.data) + Buffer.byteLength(stored.metadata);
    if (eventBytes > EVENT_BYTES_MAX) {
      throw new InvalidAppend(
        stream,
        `an event of type ${stored.type} has ${eventBytes} bytes, more than ${EVENT_BYTES_MAX}`,
      );
    }
    encoded.push(stored);
    bytes += eventBytes;
  }
  if (bytes > APPEND_BYTES_MAX) {
    throw new InvalidAppend(stream, `it has ${bytes} bytes, more than ${APPEND_BYTES_MAX}`);
  }
  return { events: encoded, bytes };
}

/**
 * Some stores compare ids as texts and others as 128 bits, so only the canonical spelling is accepted. EventStoreDB
 * takes no nil UUID.
 */
function checkIds(stream: string, events: readonly AppendedEvent[]): void {
  for (const { id } of events) {
    if (!UUID.test(id) || id === NIL_UUID) {
      throw new InvalidAppend(stream, `${JSON.stringify(id)} is not a lower-case UUID`);
    }
  }
  if (events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length) {
    throw new InvalidAppend(stream, 'two of its events have the same id');
  }
}
