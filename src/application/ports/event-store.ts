import type { DomainEvent } from '../../domain/events.js';
import type { Person } from './personal-keys.js';

/** The position of an event in its stream. Counts from 0n, without gaps, in every store. */
export type Revision = bigint;

/** The state of a stream that a writer expects: never written, or its last revision. */
export type ExpectedRevision = 'no-stream' | Revision;

/**
 * The position of an event in the whole ledger: an opaque token. Compare two of one store with `comparePositions`;
 * never calculate with it and never count with it (a store may leave gaps).
 */
export type Position = string;

/** The part of the system that caused the event. */
export const eventSources = [
  'api',
  'webhook',
  'dispatcher',
  'agenda',
  'cli',
  'reconciliation',
] as const;
export type EventSource = (typeof eventSources)[number];

/** The delivery of a webhook: the evidence that a report is genuine. */
export interface WebhookEvidence {
  /**
   * The token by which Vonage signed it, as it came in the `Authorization` header. Personal, because it holds the body's
   * SHA-256. Missing in events of earlier versions.
   */
  readonly token?: string;
  /** The token's own id, a claim of the signed webhook. */
  readonly jti?: string;
  /** Time of the signature, seconds since 1970, a claim of the signed webhook. */
  readonly iat?: number;
  /** Time at which all its bytes had arrived, ISO 8601 UTC. */
  readonly receivedAt: string;
  /**
   * Keyed hash of the raw body, lower-case hex: the same body has the same, and nobody without the key store's secret can
   * guess a body by it. Missing in events of earlier versions.
   */
  readonly digest?: string;
  /** SHA-256 of the raw body, lower-case hex. Personal, because a body can be guessed by it. */
  readonly sha256: string;
  /** The body as it arrived: text where it is UTF-8, otherwise base64. */
  readonly rawBody: string;
  readonly rawBodyEncoding: 'utf8' | 'base64';
}

export interface EventMetadata {
  /** Time of recording, ISO 8601 UTC, by our own clock. */
  readonly recordedAt: string;
  /** Connects everything that followed from one request. */
  readonly correlationId: string;
  /** The event, request or webhook that led to this one. */
  readonly causationId: string;
  readonly source: EventSource;
  /** The API key's name, where there is one. */
  readonly actor?: string;
  readonly webhook?: WebhookEvidence;
  /**
   * W3C traceparent of the span that recorded it, where OpenTelemetry is configured; without a span, that of the
   * message's first event.
   */
  readonly traceparent?: string;
}

/** An event that is about to be appended. */
export interface NewEvent {
  /** A UUID that belongs to the fact: a second append of the same fact carries the same id. */
  readonly id: string;
  readonly event: DomainEvent;
  readonly metadata: EventMetadata;
  /** The owner of its personal fields, which are encrypted under a key of that person. */
  readonly person?: Person;
}

/** An event that another ledger holds already: its texts are stored byte by byte, and nothing is encoded. */
export interface CopiedEvent {
  readonly id: string;
  readonly stored: {
    readonly type: string;
    readonly version: number;
    /** JSON. */
    readonly data: string;
    readonly metadata: string;
  };
}

export type AppendedEvent = NewEvent | CopiedEvent;

/**
 * The reason why a stored event cannot be read: it is no JSON, or of a type or version that this build does not know.
 */
export interface Damage {
  /** The type under which it was stored. */
  readonly type: string;
  readonly reason: string;
}

/**
 * An event as the ledger holds it. A damaged one is handed out too, because one event must not stop those behind it:
 * reading its `event`, also by `{ event }`, throws UndecodableEvent, and its metadata may be empty.
 */
export interface RecordedEvent {
  readonly damage?: Damage;
  readonly id: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  /** The version in which it was stored; `event` has the shape of today. */
  readonly version: number;
  readonly event: DomainEvent;
  readonly metadata: EventMetadata;
  /** The random id of the person whose key its personal fields have; undefined where it has none, or in plain text. */
  readonly person?: string | undefined;
  /** Its personal fields say `erased`: their key was destroyed. */
  readonly isErased?: boolean;
}

export interface StoredStream {
  readonly events: readonly RecordedEvent[];
  /** The expected revision for an append after this read. */
  readonly revision: ExpectedRevision;
}

export interface AppendResult {
  /** The revision of the last event of this append (of the original one, when it was a repeat). */
  readonly revision: Revision;
  /** The position of the last event of this append. */
  readonly position: Position;
}

/**
 * The largest event, encoded and encrypted data and metadata together, in bytes. Equal in every adapter, so that all
 * refuse the same events. Encryption makes four bytes of three.
 */
export const EVENT_BYTES_MAX = 700 * 1024;

/** The largest append, all events together, in bytes. Below the 1 MiB that EventStoreDB allows by default. */
export const APPEND_BYTES_MAX = 900 * 1024;

/** The most events of one append. */
export const APPEND_EVENTS_MAX = 500;

/** `<kind>-<id>`; a leading `$` belongs to EventStoreDB's own streams. */
export const STREAM_NAME = /^[a-z]+-[A-Za-z0-9_.:+-]{1,200}$/;

/**
 * The ledger. Every adapter passes `test/contracts/event-store.contract.ts` unchanged.
 */
export interface EventStore {
  /**
   * All events of a stream, oldest first; a stream that was never written reads as
   * `{ events: [], revision: 'no-stream' }`.
   * @throws StoreUnavailable
   */
  read(stream: string): Promise<StoredStream>;

  /**
   * Appends to one stream, all or nothing; resolves only when the events would survive a power cut.
   *
   * Idempotent by event id: if the stream has moved past `expected` by exactly these ids, this is a repeat and returns
   * the first result. A partial match is a conflict.
   *
   * @throws ConcurrencyConflict the stream is not at `expected`
   * @throws StoreUnavailable nothing was written; it may be tried again
   * @throws AppendOutcomeUnknown it may or may not have been written; repeat it with the same ids and
   *   the same `expected` to find out
   * @throws InvalidAppend no events, a bad stream name, or larger than the limits above: a defect of the caller
   */
  append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult>;

  /** Resolves when an append could be written now. @throws StoreUnavailable with the reason */
  checkWritable(): Promise<void>;

  /** Finishes accepted appends, then releases everything. Later appends are refused. */
  close(): Promise<void>;
}
