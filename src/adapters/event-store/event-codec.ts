import { UndecodableEvent, UnknownEventVersion, reasonOf } from '../../application/errors.js';
import type {
  Damage,
  EventMetadata,
  NewEvent,
  RecordedEvent,
} from '../../application/ports/event-store.js';
import type { DomainEvent } from '../../domain/events.js';
import { eventTypes } from './event-types.js';
import type { StoredContent, Upcast } from './stored-content.js';

/** An event as every adapter stores it: `data` and `metadata` are JSON texts. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly metadata: string;
}

/** The parts of a stored event. Metadata given as a function is decoded on first use. */
type Readable = Pick<EncodedEvent, 'type' | 'version' | 'data'> & {
  readonly metadata: string | (() => string);
};

/** The fields of an event that a codec uses. */
interface Typed {
  readonly type: string;
  readonly data: object;
}

export interface EventCodec<Event extends Typed> {
  encode(event: Omit<NewEvent, 'event'> & { readonly event: Event }): EncodedEvent;
  /** @throws UnknownEventVersion an unknown type or version. @throws UndecodableEvent text that is not JSON */
  decode(stored: Readable): Decoded<Event>;
  /** Returns the event alone. Cheaper for an event of today's version, of which a rebuild decodes millions. */
  decodeEvent(stored: Readable): Event;
  /** The same for an event whose data is parsed already; undefined where its version needs `decodeParsed`. */
  eventOfToday(
    stored: Pick<EncodedEvent, 'type' | 'version'>,
    data: StoredContent['data'],
  ): Event | undefined;
  /**
   * Like `decode`, for an event whose texts are parsed already. Reads its metadata only when an upcast or the caller
   * does. @throws UnknownEventVersion an unknown type or version
   */
  decodeParsed(
    stored: Pick<EncodedEvent, 'type' | 'version'>,
    content: StoredContent,
  ): Decoded<Event>;
}

interface Decoded<Event> {
  readonly event: Event;
  readonly metadata: EventMetadata;
}

/**
 * The only code that sees stored bytes. It does not validate them: everything in a ledger was once encoded here from
 * a value that the compiler had checked, and a rebuild decodes millions of events.
 */
export function createEventCodec<Event extends Typed>(rules: {
  readonly [Type in Event['type']]: { readonly upcasts: readonly Upcast[] };
}): EventCodec<Event> {
  const upcastsByType = new Map(
    Object.entries<{ readonly upcasts: readonly Upcast[] }>(rules).map(([type, { upcasts }]) => [
      type,
      upcasts,
    ]),
  );

  const upcastsOf = (type: string): readonly Upcast[] => {
    const upcasts = upcastsByType.get(type);
    if (upcasts === undefined) {
      throw new UnknownEventVersion(`this build knows no event type ${type}`);
    }
    return upcasts;
  };

  return {
    encode: ({ id, event, metadata }) => ({
      id,
      type: event.type,
      version: upcastsOf(event.type).length + 1,
      // Undefined fields are left out, so that no reader and no adapter can tell absent from undefined.
      data: JSON.stringify(event.data),
      metadata: JSON.stringify(metadata),
    }),

    decode(stored) {
      return this.decodeParsed(stored, parse(stored));
    },

    decodeEvent(stored) {
      const { type, version, data } = stored;
      if (version !== upcastsOf(type).length + 1) return this.decode(stored).event;
      return { type, data: jsonOf(type, data) } as unknown as Event;
    },

    eventOfToday({ type, version }, data) {
      if (version !== upcastsOf(type).length + 1) return undefined;
      return { type, data } as unknown as Event;
    },

    decodeParsed({ type, version }, parsed) {
      const upcasts = upcastsOf(type);
      if (!(version >= 1 && version <= upcasts.length + 1 && Number.isInteger(version))) {
        throw unreadableVersion(type, version);
      }
      let content = parsed;
      for (let step = version - 1; step < upcasts.length; step++) {
        content = upcasts[step]?.(content) ?? content;
      }
      const today = content;
      return {
        event: { type, data: today.data } as unknown as Event,
        get metadata() {
          return today.metadata as unknown as EventMetadata;
        },
      };
    },
  };
}

function unreadableVersion(type: string, version: number): UndecodableEvent {
  const reason = `this build cannot read version ${version} of ${type}`;
  // Builds write only positive integers, so no newer build can read any other version either.
  const isOfAnotherBuild = Number.isInteger(version) && version >= 1;
  return isOfAnotherBuild ? new UnknownEventVersion(reason) : new UndecodableEvent(reason);
}

function parse({ type, data, metadata }: Readable): StoredContent {
  const parsed = jsonOf(type, data);
  if (typeof metadata === 'string') return { data: parsed, metadata: jsonOf(type, metadata) };
  return contentOf(parsed, () => jsonOf(type, metadata()));
}

export function jsonOf(type: string, text: string): StoredContent['data'] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The cause is left out: it quotes the text, which may be personal.
    throw new UndecodableEvent(`an event of type ${type} is not JSON`);
  }
  if (typeof value !== 'object' || value === null) {
    throw new UndecodableEvent(`an event of type ${type} is JSON, but no object`);
  }
  return value as StoredContent['data'];
}

/** @param metadataOf reads the metadata on first use */
export const contentOf = (
  data: StoredContent['data'],
  metadataOf: () => StoredContent['metadata'],
): StoredContent => ({
  data,
  get metadata() {
    return metadataOf();
  },
});

/** The codec of all events that Waybill records. */
export const eventCodec: EventCodec<DomainEvent> = createEventCodec<DomainEvent>(eventTypes);

/** The place of a stored event. */
export type Place = Pick<RecordedEvent, 'stream' | 'revision' | 'position'>;

/** An event in the ledger that cannot be read. */
export class DamagedEvent implements RecordedEvent {
  readonly damage: Damage;
  readonly id: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: RecordedEvent['revision'];
  readonly position: RecordedEvent['position'];
  readonly metadata: EventMetadata;

  /** @param fault why it cannot be read */
  constructor(
    stored: EncodedEvent,
    place: Place,
    private readonly fault: unknown,
  ) {
    const reason = reasonOf(fault);
    this.damage = { type: stored.type, reason };
    this.id = stored.id;
    this.version = stored.version;
    this.stream = place.stream;
    this.revision = place.revision;
    this.position = place.position;
    this.metadata = readableMetadata(stored.metadata);
  }

  /** @throws UndecodableEvent or UnknownEventVersion, with the event's place */
  get event(): never {
    const reason = `${this.damage.reason} (${this.stream} at revision ${this.revision})`;
    if (this.fault instanceof UnknownEventVersion) throw new UnknownEventVersion(reason);
    throw new UndecodableEvent(reason);
  }
}

/** Stands for unreadable metadata: older than every other, so that nothing claims to be newer than it is. */
const UNREADABLE_METADATA: EventMetadata = {
  recordedAt: '1970-01-01T00:00:00.000Z',
  correlationId: '',
  causationId: '',
  source: 'cli',
};

/** Never throws. */
export function readableMetadata(text: string): EventMetadata {
  try {
    const metadata: unknown = JSON.parse(text);
    const { recordedAt } = (metadata ?? {}) as Partial<EventMetadata>;
    if (typeof recordedAt === 'string') return metadata as EventMetadata;
  } catch {
    // Unreadable metadata has no facts to return.
  }
  return UNREADABLE_METADATA;
}
