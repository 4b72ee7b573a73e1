import { randomUUID } from 'node:crypto';

/** A record of the transaction log. */
export interface LogRecord {
  readonly stream: string;
  readonly revision: number;
  /** An offset into the log: it grows with every record, by more than one. Commit and prepare are equal. */
  readonly position: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
}

/** A position in the log; an event's commit and prepare position are equal. */
export interface LogPlace {
  readonly commit: number;
  readonly prepare: number;
}

export type ProposedRecord = Pick<LogRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type Expectation = 'any' | 'no-stream' | 'stream-exists' | number;

export type AppendOutcome =
  | {
      readonly kind: 'appended';
      readonly revision: number;
      /** Undefined for a repeat of what can no longer be read. */
      readonly position: number | undefined;
    }
  | { readonly kind: 'wrong-expected-version'; readonly current: number | 'no-stream' }
  | { readonly kind: 'stream-deleted' }
  | { readonly kind: 'too-large' };

/** The default limit of EventStoreDB up to 25.0; an append of exactly this size is accepted. */
export const APPEND_BYTES_MAX = 1024 * 1024;

/** The approximate size of a record in the log besides its payload. */
const RECORD_OVERHEAD_BYTES = 96;

/**
 * The transaction log of the double. All nodes of a set share one, so a leader change loses nothing.
 * The rules are listed, with what they are based on, in the README beside this file.
 */
export class Ledger {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogRecord[]>();
  readonly #deleted = new Set<string>();
  /** The revision before which a stream's records are hidden. */
  readonly #truncatedBefore = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  #nextPosition = 0;

  /** Returns the records of a stream that was not tombstoned, without those from before a soft delete. */
  stream(name: string): readonly LogRecord[] {
    const records = this.#streams.get(name) ?? [];
    const before = this.#truncatedBefore.get(name) ?? 0;
    return before === 0 ? records : records.slice(before);
  }

  isDeleted(stream: string): boolean {
    return this.#deleted.has(stream);
  }

  append(
    stream: string,
    proposed: readonly ProposedRecord[],
    expected: Expectation,
  ): AppendOutcome {
    if (this.#deleted.has(stream)) return { kind: 'stream-deleted' };
    if (proposed.reduce((bytes, record) => bytes + payloadBytes(record), 0) > APPEND_BYTES_MAX) {
      return { kind: 'too-large' };
    }
    const records = this.#streams.get(stream) ?? [];
    if (!isAt(records, this.stream(stream).length, expected)) {
      const repeated = repeatedRecord(records, proposed, expected);
      const before = this.#truncatedBefore.get(stream) ?? 0;
      return repeated === undefined
        ? {
            kind: 'wrong-expected-version',
            current: records.length === 0 ? 'no-stream' : records.length - 1,
          }
        : {
            kind: 'appended',
            revision: repeated.revision,
            position: repeated.revision < before ? undefined : repeated.position,
          };
    }
    this.#streams.set(stream, records);
    for (const event of proposed) {
      const record: LogRecord = {
        createdMs: Date.now(),
        // A record of a backup keeps its time.
        ...event,
        stream,
        revision: records.length,
        position: this.#nextPosition,
      };
      this.#nextPosition += payloadBytes(event) + 2 * event.type.length + RECORD_OVERHEAD_BYTES;
      records.push(record);
      this.records.push(record);
    }
    const last = records.at(-1);
    for (const wake of this.#watchers) wake();
    return { kind: 'appended', revision: last?.revision ?? 0, position: last?.position ?? 0 };
  }

  /** Writes a system event: `$epoch-information`, statistics, links of projections. */
  appendSystemEvent(stream: string, type: string): void {
    this.append(
      stream,
      [
        {
          id: randomUUID(),
          type,
          contentType: 'application/json',
          data: Buffer.from('{}'),
          metadata: Buffer.alloc(0),
        },
      ],
      'any',
    );
  }

  /** Deletes a stream so that it can be written again. Its revisions continue. */
  softDelete(stream: string): void {
    this.#truncatedBefore.set(stream, this.#streams.get(stream)?.length ?? 0);
    this.appendSystemEvent(`$$${stream}`, '$metadata');
  }

  /** Deletes a stream permanently. */
  tombstone(stream: string): void {
    this.#deleted.add(stream);
  }

  /** Returns the index of the first record at or after this position. */
  indexOf(position: number): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Returns the index of the first record after a place, as a subscription counts: the start is exclusive. */
  indexAfter({ commit, prepare }: LogPlace): number {
    const index = this.indexOf(commit);
    const isAtPlace = this.records[index]?.position === commit;
    return isAtPlace && prepare >= commit ? index + 1 : index;
  }

  /**
   * Returns the index of the last record that a backward read from a place includes. The server compares both
   * end and beginning of a record with the place, so the record at (x, x) is excluded.
   */
  indexBefore({ commit, prepare }: LogPlace): number {
    let index = this.indexOf(commit);
    while (index >= 0) {
      const record = this.records[index];
      const end = this.positionAfter(index);
      if (
        record !== undefined &&
        (end < commit || (end === commit && record.position <= prepare))
      ) {
        return index;
      }
      index--;
    }
    return -1;
  }

  /** The position of the record after this one, existing or future. */
  positionAfter(index: number): number {
    return this.records[index + 1]?.position ?? this.#nextPosition;
  }

  /** Calls `wake` after every append, until the returned function is called. */
  watch(wake: () => void): () => void {
    this.#watchers.add(wake);
    return () => this.#watchers.delete(wake);
  }
}

/** Only data and metadata count against the limit of an append. */
const payloadBytes = ({ data, metadata }: ProposedRecord): number => data.length + metadata.length;

/** @param visible the number of readable records: none for a stream that was soft-deleted */
function isAt(records: readonly LogRecord[], visible: number, expected: Expectation): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'no-stream':
      return visible === 0;
    case 'stream-exists':
      return visible > 0;
    default:
      return records.length - 1 === expected;
  }
}

/** Strong idempotency: all the given ids already follow the expected revision. */
function repeatedRecord(
  records: readonly LogRecord[],
  proposed: readonly ProposedRecord[],
  expected: Expectation,
): LogRecord | undefined {
  if (expected === 'any' || expected === 'stream-exists') return undefined;
  const first = expected === 'no-stream' ? 0 : expected + 1;
  const isRepeat = proposed.every(({ id }, index) => records[first + index]?.id === id);
  return isRepeat ? records[first + proposed.length - 1] : undefined;
}
