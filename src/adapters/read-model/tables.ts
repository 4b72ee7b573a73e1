import type { ProjectionName } from '../../application/ports/projection-store.js';

/** The values of a cell, in SQLite and in PostgreSQL alike. Integers are safe JavaScript integers. */
export type Cell = string | number | Uint8Array | null;

export type ColumnType = 'text' | 'integer' | 'blob';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable?: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly indexes: readonly Index[];
}

export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  /** Leaves out rows with null in this column. */
  readonly whereNotNull?: string;
}

/** Whole rows to put, in the order of the table's columns, and keys to remove. Removals are written first. */
export interface TableWrite {
  readonly table: Table;
  readonly remove?: readonly (readonly Cell[])[];
  readonly put?: readonly (readonly Cell[])[];
}

const text = (name: string): Column => ({ name, type: 'text' });
const textOrNull = (name: string): Column => ({ name, type: 'text', nullable: true });
const integer = (name: string): Column => ({ name, type: 'integer' });
const integerOrNull = (name: string): Column => ({ name, type: 'integer', nullable: true });
const blob = (name: string): Column => ({ name, type: 'blob' });

/** One row: the progress of this copy. Written in the transaction that writes the rows. */
export const progressTable: Table = {
  name: 'progress',
  columns: [integer('id'), text('position'), text('as_of'), integer('commits')],
  key: ['id'],
  indexes: [],
};

export const parkedEventsTable: Table = {
  name: 'parked_events',
  columns: [
    text('event_id'),
    text('event_type'),
    text('stream'),
    text('revision'),
    text('position'),
    text('recorded_at'),
    text('error'),
  ],
  key: ['event_id'],
  indexes: [{ name: 'parked_events_stream', columns: ['stream'] }],
};

/**
 * `message_key` orders messages by time: see `message-key.ts`. The facet stands for country, sender,
 * channel, status, error code and contradiction, so one index serves every combination of these filters.
 */
export const messagesTable: Table = {
  name: 'messages',
  columns: [
    integer('message_key'),
    text('message_id'),
    integer('facet_id'),
    text('recipient'),
    // The value begins with the end of the number, so one index serves whole numbers and last digits.
    text('recipient_reversed'),
    textOrNull('reference'),
    integer('status_since'),
    integer('origin'),
    integer('segments_requested'),
    integer('created_at'),
    integer('attempt'),
    integerOrNull('started_at'),
    integerOrNull('submitted_at'),
    integerOrNull('delivered_at'),
    textOrNull('network_code'),
    textOrNull('error_code'),
    integerOrNull('segment_count'),
    textOrNull('currency'),
    integer('amount'),
    textOrNull('message_uuid'),
    textOrNull('earlier'),
  ],
  key: ['message_key'],
  indexes: [
    { name: 'messages_message_id', columns: ['message_id'], unique: true },
    { name: 'messages_facet', columns: ['facet_id', 'message_key'] },
    { name: 'messages_recipient', columns: ['recipient_reversed', 'message_key'] },
    {
      name: 'messages_reference',
      columns: ['reference', 'message_key'],
      whereNotNull: 'reference',
    },
  ],
};

/** Every combination of filterable values that occurs, with its number of messages. */
export const facetsTable: Table = {
  name: 'facets',
  columns: [
    integer('facet_id'),
    textOrNull('country'),
    text('sender'),
    text('channel'),
    text('status'),
    textOrNull('error_code'),
    integer('contradicted'),
    integer('messages'),
  ],
  key: ['facet_id'],
  indexes: [],
};

/** Every combination of values that a delivery report can group by, except time. */
export const rollUpKeysTable: Table = {
  name: 'roll_up_keys',
  columns: [
    integer('key_id'),
    textOrNull('country'),
    textOrNull('network_code'),
    text('sender'),
    text('channel'),
    text('status'),
    textOrNull('error_code'),
    textOrNull('currency'),
  ],
  key: ['key_id'],
  indexes: [],
};

/**
 * The roll-ups, in pages: see `roll-up-page.ts`. A level combines a length of time and a breakdown:
 * `roll-up-breakdown.ts`.
 */
export const rollUpPagesTable: Table = {
  name: 'roll_up_pages',
  columns: [integer('level'), integer('period'), integer('page'), blob('content')],
  key: ['level', 'period', 'page'],
  indexes: [],
};

export const messageIndexTable: Table = {
  name: 'message_index',
  columns: [text('message_uuid'), text('message_id')],
  key: ['message_uuid'],
  indexes: [],
};

export const agendaTable: Table = {
  name: 'agenda',
  columns: [
    text('message_id'),
    text('kind'),
    integer('attempt'),
    text('due_at'),
    textOrNull('begun_at'),
    integer('lasts_ms'),
  ],
  key: ['message_id', 'kind', 'attempt'],
  indexes: [
    { name: 'agenda_due', columns: ['kind', 'due_at', 'message_id'] },
    { name: 'agenda_begun', columns: ['kind', 'begun_at'] },
  ],
};

export const inboundTable: Table = {
  name: 'inbound',
  columns: [
    text('message_uuid'),
    integer('occurred_at'),
    text('sender'),
    text('recipient'),
    text('sender_reversed'),
    text('recipient_reversed'),
    text('channel'),
    textOrNull('keyword'),
    text('content'),
  ],
  key: ['message_uuid'],
  indexes: [
    { name: 'inbound_time', columns: ['occurred_at', 'message_uuid'] },
    { name: 'inbound_sender', columns: ['sender_reversed', 'occurred_at', 'message_uuid'] },
    {
      name: 'inbound_recipient',
      columns: ['recipient_reversed', 'occurred_at', 'message_uuid'],
    },
    { name: 'inbound_keyword', columns: ['keyword', 'occurred_at', 'message_uuid'] },
  ],
};

export const quarantineTable: Table = {
  name: 'quarantine',
  columns: [
    text('event_id'),
    integer('received_at'),
    text('webhook'),
    text('reason'),
    textOrNull('sha256'),
    text('stream'),
    text('revision'),
  ],
  key: ['event_id'],
  indexes: [{ name: 'quarantine_time', columns: ['received_at', 'event_id'] }],
};

const everyCopy = [progressTable, parkedEventsTable] as const;

/** The tables of a copy of each projection. They are never migrated: a new shape means a new copy, rebuilt. */
export const tablesOf: Readonly<Record<ProjectionName, readonly Table[]>> = {
  messages: [...everyCopy, messagesTable, facetsTable, rollUpKeysTable, rollUpPagesTable],
  'message-index': [...everyCopy, messageIndexTable],
  agenda: [...everyCopy, agendaTable],
  inbound: [...everyCopy, inboundTable],
  quarantine: [...everyCopy, quarantineTable],
};

/** The copy in use of each projection. Lies outside of all copies, because it decides between them. */
export const copiesTable: Table = {
  name: 'copies',
  columns: [text('projection'), text('copy'), integer('version')],
  key: ['projection'],
  indexes: [],
};

/** One row: the ledger from which the copies are made. */
export const ledgerTable: Table = {
  name: 'ledger',
  columns: [integer('id'), text('identity')],
  key: ['id'],
  indexes: [],
};

export const catalogTables: readonly Table[] = [copiesTable, ledgerTable];
