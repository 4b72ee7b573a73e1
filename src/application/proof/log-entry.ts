import { hash } from 'node:crypto';
import type { StoredEvent } from '../ports/stored-events.js';
import { sha256 } from './tree/hashes.js';

/** A tile of entries gives each length in two bytes. */
const ENTRY_BYTES_MAX = 0xffff;
const LENGTH_BYTES = 2;

/** The log's entry for one event; `docs/proof.md` describes it byte by byte. */
export interface LogEntry {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  /** SHA-256 of the stored data, lower-case hexadecimal. */
  readonly data: string;
  /** SHA-256 of the stored metadata, lower-case hexadecimal. */
  readonly metadata: string;
}

const hexOf = (content: string | Uint8Array): string => hash('sha256', content, 'hex');

/** Returns the entry of an event: JSON without spaces, with these fields in this order. */
export function entryOf(event: StoredEvent): string {
  const { data, metadata } = event.texts ?? event;
  return (
    `${entryBeginning(event)}"id":${JSON.stringify(event.id)},` +
    `"type":${JSON.stringify(event.type)},"version":${event.version},` +
    `"data":"${hexOf(data)}","metadata":"${hexOf(metadata)}"}`
  );
}

/** Returns the text with which an event's entry begins, and no other event's. */
export const entryBeginning = ({ stream, revision }: Pick<StoredEvent, 'stream' | 'revision'>) =>
  `{"stream":${JSON.stringify(stream)},"revision":${revision},`;

/** Returns the RFC 6962 hash of an entry's text. */
export const entryLeaf = (entry: string): Buffer => sha256(`\0${entry}`);

/** @throws SyntaxError for bytes that are no entry */
export function parseEntry(entry: Uint8Array): LogEntry {
  const value = JSON.parse(Buffer.from(entry).toString('utf8')) as Partial<LogEntry> | null;
  const { stream, revision, id } = value ?? {};
  if (typeof stream !== 'string' || !Number.isSafeInteger(revision) || typeof id !== 'string') {
    throw new SyntaxError('this is no entry of the log');
  }
  return value as LogEntry;
}

/** @returns the entries as a tile of entries holds them */
export function packEntries(entries: readonly string[]): Buffer {
  const lengths = entries.map((entry) => Buffer.byteLength(entry));
  const tile = Buffer.alloc(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    const length = lengths[index] ?? 0;
    if (length > ENTRY_BYTES_MAX) {
      throw new RangeError(`an entry holds at most ${ENTRY_BYTES_MAX} bytes`);
    }
    tile.writeUInt16BE(length, at);
    tile.write(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + length;
  }
  return tile;
}

/** @throws RangeError for a tile that ends within an entry */
export const unpackEntries = (tile: Uint8Array): readonly Buffer[] => [...entriesIn(tile)];

/** Yields the entries of a tile in their order. @throws RangeError where the tile ends within an entry */
export function* entriesIn(tile: Uint8Array): Generator<Buffer, void> {
  const bytes = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
  for (let at = 0; at < bytes.length;) {
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) throw new RangeError('the tile ends within an entry');
    yield bytes.subarray(start, at);
  }
}
