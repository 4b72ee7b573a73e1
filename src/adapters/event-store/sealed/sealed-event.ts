import type { KeyObject } from 'node:crypto';
import { UndecodableEvent } from '../../../application/errors.js';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';
import { ERASED } from '../../../domain/erasure-events.js';
import type { DomainEvent } from '../../../domain/events.js';
import {
  contentOf,
  DamagedEvent,
  eventCodec,
  jsonOf,
  readableMetadata,
  type Place,
} from '../event-codec.js';
import type { StoredContent } from '../stored-content.js';
import { openBox } from './box.js';
import { putBack } from './personal-values.js';
import { contextOf, personalPathsOf, SEAL_FIELD } from './seal-event.js';

type Json = StoredContent['data'];

/** The parts of a stored event. The metadata may be read on first use. */
export interface SealedText {
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly metadata: string;
}

/** True for the parsed data of an event with personal fields in a box. */
export const isSealed = (data: Json): boolean => SEAL_FIELD in data;

/** Stands for the key of an event whose personal fields stay encrypted. */
const CLOSED = 'closed';

/** An event as a store holds it: its personal fields are in boxes. Nothing but `open` and `closed` makes it readable. */
export class SealedEvent implements RecordedEvent {
  /** @param data parsed; nobody else holds a part of it @param place may be a stored row that counts on demand */
  constructor(
    private readonly stored: SealedText,
    private readonly data: Json,
    private readonly place: Place,
  ) {}

  /** Names a person and a month; only a person where nothing was stored of an erased one. */
  get keyId(): string {
    const seal = String(this.data[SEAL_FIELD]);
    return seal.slice(0, seal.indexOf(':'));
  }

  get person(): string {
    const { keyId } = this;
    const dot = keyId.indexOf('.');
    return dot === -1 ? keyId : keyId.slice(0, dot);
  }

  get id(): string {
    return this.stored.id;
  }

  get stream(): string {
    return this.place.stream;
  }

  get revision(): bigint {
    return this.place.revision;
  }

  get position(): string {
    return this.place.position;
  }

  get version(): number {
    return this.stored.version;
  }

  get type(): string {
    return this.stored.type;
  }

  get event(): never {
    throw new TypeError(`event ${this.id} of ${this.stream} was read before it was opened`);
  }

  get metadata(): never {
    throw new TypeError(`event ${this.id} of ${this.stream} was read before it was opened`);
  }

  /** Never throws: an event that cannot be read becomes a `DamagedEvent`. @param key undefined: it was destroyed */
  open(key: KeyObject | undefined): RecordedEvent {
    return this.readable(key);
  }

  /** For readers of its other fields: the personal ones say `sealed`. Never throws, as `open`. */
  closed(): RecordedEvent {
    return this.readable(CLOSED);
  }

  private readable(key: KeyObject | typeof CLOSED | undefined): RecordedEvent {
    try {
      return new ReadableEvent(this.stored, this.data, this, key);
    } catch (error) {
      return new DamagedEvent(this.stored, this, error);
    }
  }
}

class ReadableEvent implements RecordedEvent {
  readonly id: string;
  readonly version: number;
  readonly event: DomainEvent;
  readonly isErased: boolean;
  readonly #sealed: SealedEvent;
  readonly #stored: SealedText;
  readonly #key: KeyObject | typeof CLOSED | undefined;
  readonly #data: Json;

  /** @throws UndecodableEvent */
  constructor(
    stored: SealedText,
    sealedData: Json,
    sealed: SealedEvent,
    key: KeyObject | typeof CLOSED | undefined,
  ) {
    this.id = stored.id;
    this.version = stored.version;
    this.isErased = key === undefined;
    this.#sealed = sealed;
    this.#stored = stored;
    this.#key = key;
    this.#data = this.#opened('data', sealedData);
    this.event =
      eventCodec.eventOfToday(stored, this.#data) ??
      eventCodec.decodeParsed(stored, this.#content()).event;
  }

  get person(): string {
    return this.#sealed.person;
  }

  get stream(): string {
    return this.#sealed.stream;
  }

  get revision(): bigint {
    return this.#sealed.revision;
  }

  get position(): string {
    return this.#sealed.position;
  }

  /** Opened on each use, because projections hardly use it. */
  get metadata(): EventMetadata {
    try {
      const { metadata } = eventCodec.decodeParsed(this.#stored, this.#content());
      if (typeof metadata.recordedAt === 'string') return metadata;
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
    }
    return readableMetadata(this.#stored.metadata);
  }

  #content(): StoredContent {
    return contentOf(this.#data, () => this.#openedMetadata());
  }

  #openedMetadata(): Json {
    const parsed = jsonOf(this.#stored.type, this.#stored.metadata);
    return isSealed(parsed) || this.isErased ? this.#opened('metadata', parsed) : parsed;
  }

  /** @throws UndecodableEvent when the box is not the one that was stored here */
  #opened(part: 'data' | 'metadata', sealed: Json): Json {
    if (this.#key === CLOSED) return sealed;
    const { [SEAL_FIELD]: seal, ...content } = sealed as Record<string, unknown>;
    const paths = personalPathsOf(this.#stored.type)[part];
    const values = this.#key && this.#valuesIn(part, String(seal), this.#key);
    let next = 0;
    putBack(content, paths, () => (values === undefined ? ERASED : values[next++]), sealed);
    return content;
  }

  #valuesIn(part: 'data' | 'metadata', seal: string, key: KeyObject): readonly unknown[] {
    const box = seal.slice(seal.indexOf(':') + 1);
    if (box === '') return [];
    try {
      const text = openBox(key, box, contextOf(part, this.stream, this.id));
      return JSON.parse(text) as readonly unknown[];
    } catch {
      // The cause is left out: it may quote the text.
      throw new UndecodableEvent(
        `the personal fields of an event of type ${this.#stored.type} do not open with their key`,
      );
    }
  }
}
