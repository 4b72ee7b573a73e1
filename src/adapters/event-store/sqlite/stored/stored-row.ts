import type { StoredEvent } from '../../../../application/ports/stored-events.js';

export type Row = readonly [
  position: number,
  revision: number,
  id: string,
  type: string,
  version: number,
  /** Null where a damaged row holds no text. */
  data: string | null,
  metadata: string | null,
  dataBytes: number | null,
  metadataBytes: number | null,
  /** Null where a damaged row names no stream. */
  stream: string | null,
];

const DATA = 5;
const METADATA = 6;
export const DATA_BYTES = 7;
export const METADATA_BYTES = 8;
const STREAM = 9;

/** Reads the bytes of data and metadata at a position. */
export type ReadBytes = (position: number) => readonly [Uint8Array, Uint8Array];

/** Stands for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/** A row of the ledger's file. Texts are handed out as such: two blobs for each event cost more than their hashes. */
export class StoredRow implements StoredEvent {
  readonly texts: { readonly data: string; readonly metadata: string } | undefined;
  readonly #read: readonly [Uint8Array, Uint8Array] | undefined;

  constructor(
    private readonly row: Row,
    bytesOf: ReadBytes,
  ) {
    const data = row[DATA];
    const metadata = row[METADATA];
    const isText = isWhole(data, row[DATA_BYTES]) && isWhole(metadata, row[METADATA_BYTES]);
    this.texts = isText ? { data, metadata } : undefined;
    // Read with its row: later another row may be there.
    if (!isText) this.#read = bytesOf(row[0]);
  }

  get stream(): string {
    return this.row[STREAM] ?? '';
  }

  get revision(): bigint {
    return BigInt(this.row[1]);
  }

  get position(): string {
    return String(this.row[0]);
  }

  get id(): string {
    return this.row[2];
  }

  get type(): string {
    return this.row[3];
  }

  get version(): number {
    return this.row[4];
  }

  get data(): Uint8Array {
    return this.#read?.[0] ?? Buffer.from(this.row[DATA] ?? '', 'utf8');
  }

  get metadata(): Uint8Array {
    return this.#read?.[1] ?? Buffer.from(this.row[METADATA] ?? '', 'utf8');
  }
}

/** True where the text has the stored bytes: no zero has cut it off, and none of them was replaced. */
const isWhole = (text: string | null, bytes: number | null): text is string =>
  text !== null &&
  !text.includes(REPLACEMENT) &&
  (text.length === bytes || Buffer.byteLength(text) === bytes);
