import type { DomainEvent } from '../../domain/events.js';

/** The position of an event in its stream. Counts from 0n, without gaps, in every store. */
export type Revision = bigint;

/** What a writer believes about a stream: that it was never written, or its last revision. */
export type ExpectedRevision = 'no-stream' | Revision;

/**
 * Where an event stands in the whole ledger: an opaque token. Compare two of one store with
 * `comparePositions`; never calculate with it and never count with it (a store may leave gaps).
 */
export type Position = string;

/** Who or what caused an event to be written. */
export type EventSource = 'api' | 'webhook' | 'dispatcher' | 'agenda' | 'cli';

/** How a webhook reached us: the evidence that a report is genuine. */
export interface WebhookEvidence {
  /** The token's own id, a claim of the signed webhook. */
  readonly jti?: string;
  /** When the webhook was signed, seconds since 1970, a claim of the signed webhook. */
  readonly iat?: number;
  /** When its bytes had arrived here, ISO 8601 UTC. */
  readonly receivedAt: string;
  /** SHA-256 of the raw body, lower-case hex. */
  readonly sha256: string;
  /** The body as it arrived: text where it is UTF-8, otherwise base64. */
  readonly rawBody: string;
  readonly rawBodyEncoding: 'utf8' | 'base64';
}

export interface EventMetadata {
  /** When we wrote it, ISO 8601 UTC, by our own clock. */
  readonly recordedAt: string;
  /** Ties together everything that followed from one request. */
  readonly correlationId: string;
  /** The event, request or webhook that led to this one. */
  readonly causationId: string;
  readonly source: EventSource;
  /** The API key's name, where there is one. */
  readonly actor?: string;
  readonly webhook?: WebhookEvidence;
}

/** An event that is about to be appended. */
export interface NewEvent {
  /** A UUID that belongs to the fact: a second append of the same fact carries the same id. */
  readonly id: string;
  readonly event: DomainEvent;
  readonly metadata: EventMetadata;
}

/** Why a stored event cannot be read: it is no JSON, or of a type or version that this build does not know. */
export interface Damage {
  /** The type under which it was stored. */
  readonly type: string;
  readonly reason: string;
}

/**
 * An event as the ledger holds it. One that is damaged is handed out too, because one event must not stop those
 * behind it: reading its `event` throws UndecodableEvent, and of its metadata there may be nothing but an empty shape.
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
}

export interface StoredStream {
  readonly events: readonly RecordedEvent[];
  /** What an append that follows this read must expect. */
  readonly revision: ExpectedRevision;
}

export interface AppendResult {
  /** The revision of the last event of this append (of the original one, when it was a repeat). */
  readonly revision: Revision;
  /** The position of the last event of this append. */
  readonly position: Position;
}

/** An event's encoded data and metadata together, in bytes. The same in every adapter, so that all refuse alike. */
export const EVENT_BYTES_MAX = 512 * 1024;

/** All events of one append together, in bytes. Below the 1 MiB that EventStoreDB allows by default. */
export const APPEND_BYTES_MAX = 900 * 1024;

/** Events of one append. */
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
   * Idempotent by event id: if the stream has moved past `expected` by exactly these ids, this is a
   * repeat and the result is the one of the first time. A partial match is a conflict.
   *
   * @throws ConcurrencyConflict the stream is not at `expected`
   * @throws StoreUnavailable nothing was written; it may be tried again
   * @throws AppendOutcomeUnknown it may or may not have been written; repeat it with the same ids and
   *   the same `expected` to find out
   * @throws InvalidAppend no events, a bad stream name, or larger than the limits above: a defect of the caller
   */
  append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult>;

  /** Resolves when an append could be written now. @throws StoreUnavailable with the reason */
  checkWritable(): Promise<void>;

  /** Finishes what was accepted, then releases everything. Appends that come later are refused. */
  close(): Promise<void>;
}
