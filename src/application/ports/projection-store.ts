import { reasonOf } from '../errors.js';
import type { Listing } from '../../domain/contacts/contact-events.js';
import type { Inbound } from '../../domain/inbound-events.js';
import type { AgendaKey, NewAgendaEntry } from './agenda.js';
import type { EventMetadata, Position, RecordedEvent } from './event-store.js';
import type { DeliveryContribution } from '../projecting/messages/delivery-contribution.js';
import type { MessageRow } from '../projecting/messages/message-row.js';

/**
 * The projections. Each has a position of its own, so each can be rebuilt without the others. Slow ones come last:
 * sending waits for the agenda.
 */
export const projectionNames = [
  'message-index',
  'agenda',
  'inbound',
  'quarantine',
  'contacts',
  'messages',
] as const;

export type ProjectionName = (typeof projectionNames)[number];

export const isProjectionName = (text: string): text is ProjectionName =>
  (projectionNames as readonly string[]).includes(text);

/** The progress of a projection. */
export interface ProjectionProgress {
  readonly position: Position;
  /** `recordedAt` of the newest event that is included, or the time at which the ledger had no more. */
  readonly asOf: EventMetadata['recordedAt'];
}

/** An event that a projection could not handle: kept, shown and tried again on demand. */
export interface ParkedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: string;
  readonly position: Position;
  readonly recordedAt: string;
  /** The reason why it could not be handled. */
  readonly error: string;
}

export const parkedEvent = (recorded: RecordedEvent, error: unknown): ParkedEvent => ({
  eventId: recorded.id,
  eventType: recorded.damage?.type ?? recorded.event.type,
  stream: recorded.stream,
  revision: String(recorded.revision),
  position: recorded.position,
  recordedAt: recorded.metadata.recordedAt,
  error: reasonOf(error),
});

/** The data written together with a projection's rows, in the same transaction. */
export interface Commit<Changes> {
  readonly changes: Changes;
  readonly progress: ProjectionProgress;
  readonly parked: readonly ParkedEvent[];
  /** Streams whose parked events have now been handled. */
  readonly unparkedStreams: readonly string[];
}

/**
 * Keeps the rows of one projection. A commit is all or nothing and carries the position, so that each event counts
 * exactly once whatever crashes.
 */
export interface ProjectionStore<Changes> {
  /**
   * The progress to resume from. Commits until the next call are written to the copy that is in use now.
   * @throws ProjectionOutdated
   */
  progress(): Promise<ProjectionProgress | undefined>;

  /**
   * @throws ProjectionMoved another writer has written since, or another copy is in use now: nothing was
   *   written; ask for the progress again
   * @throws RowsRefused nothing was written; ask for the progress again
   */
  commit(commit: Commit<Changes>): Promise<void>;

  /** Streams with events that could not be handled, and how many of them. */
  parkedStreams(): Promise<ReadonlyMap<string, number>>;
}

/** The rows are not as the writer expected them. */
export class ProjectionMoved extends Error {
  override readonly name = 'ProjectionMoved';
}

/** The database works, but refuses these rows: a text that it cannot hold, a key that is too long. */
export class RowsRefused extends Error {
  override readonly name = 'RowsRefused';
}

/** The copy in use was made by another version of its projection: it is read, and no longer written. */
export class ProjectionOutdated extends Error {
  override readonly name = 'ProjectionOutdated';
}

/** A message that somebody sent to us. Times are ISO 8601 UTC. */
export interface InboundRow extends Omit<Inbound, 'claimedAt'> {
  /** Vonage's own timestamp when it cannot be true; then `occurredAt` is the time of receipt. */
  readonly claimedAt: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** A signed webhook that was not understood. Its bytes stay in the ledger, under this event id. */
export interface QuarantineRow {
  readonly eventId: string;
  readonly webhook: 'status' | 'inbound';
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly sha256: string | null;
  readonly stream: string;
  /** Decimal. */
  readonly revision: string;
}

export interface QuarantineChanges {
  readonly put: readonly QuarantineRow[];
  /** Event ids of webhooks that were recorded when they were replayed. */
  readonly left: readonly string[];
}

/** `known`: every contact whose consent was ever spoken of. */
export type ListingKind = 'known' | Listing['kind'];

/**
 * A row of a list of contacts. A contact may be on several lists, and on one list once for each sender and channel. It
 * holds no personal data: the contact's stream tells the number and the words.
 */
export interface ContactListing {
  readonly contactId: string;
  readonly kind: ListingKind;
  /** Our sender that it is about; null: all. */
  readonly sender: string | null;
  /** The channel that it is about; null: all. */
  readonly channel: string | null;
  /** ISO 8601 UTC: when it was said; of `known`, when something was recorded last. */
  readonly since: string;
}

/** Puts a row of a list of contacts, or removes it. */
export type ContactChange = Omit<ContactListing, 'since'> & {
  /** Null removes the row. */
  readonly since: string | null;
};

/** At most one for each row. */
export type ContactChanges = readonly ContactChange[];

/** The owning message of each uuid of Vonage. */
export type MessageIndexChanges = ReadonlyMap<string, string>;

/** Null clears an entry. */
export type AgendaTableChanges = readonly (
  NewAgendaEntry | (AgendaKey & { readonly dueAt: null })
)[];

export interface MessageChange {
  /** The row as loaded; undefined when it is new. */
  readonly before: MessageRow | undefined;
  readonly after: MessageRow;
}

export interface MessageChanges {
  readonly rows: readonly MessageChange[];
  /** The changes of the delivery roll-ups that these rows cause. */
  readonly contributions: readonly DeliveryContribution[];
}

export interface MessageStore extends ProjectionStore<MessageChanges> {
  /** Loads the rows of the known ids. */
  load(messageIds: readonly string[]): Promise<ReadonlyMap<string, MessageRow>>;
}

export interface ProjectionStores {
  readonly messages: MessageStore;
  readonly 'message-index': ProjectionStore<MessageIndexChanges>;
  readonly agenda: ProjectionStore<AgendaTableChanges>;
  readonly inbound: ProjectionStore<readonly InboundRow[]>;
  readonly quarantine: ProjectionStore<QuarantineChanges>;
  readonly contacts: ProjectionStore<ContactChanges>;
}
