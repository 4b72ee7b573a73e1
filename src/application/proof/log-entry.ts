import { hash } from 'node:crypto';
import type { StoredEvent } from '../ports/stored-events.js';

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

const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** Returns the entry of an event: JSON without spaces, with these fields in this order. */
export const entryOf = (event: StoredEvent): string =>
  `{"stream":${JSON.stringify(event.stream)},"revision":${event.revision},"id":${JSON.stringify(event.id)},` +
  `"type":${JSON.stringify(event.type)},"version":${event.version},` +
  `"data":"${sha256(event.data)}","metadata":"${sha256(event.metadata)}"}`;

/** Returns the RFC 6962 hash of an entry's text. */
export const entryLeaf = (entry: string): Buffer => hash('sha256', `\0${entry}`, 'buffer');

/** @throws SyntaxError for bytes that are no entry */
export function parseEntry(entry: Uint8Array): LogEntry {
  const value = JSON.parse(Buffer.from(entry).toString('utf8')) as Partial<LogEntry> | null;
  if (typeof value?.stream !== 'string' || typeof value.id !== 'string') {
    throw new SyntaxError('this is no entry of the log');
  }
  return value as LogEntry;
}

/** @returns the entries as a tile of entries holds them */
export function packEntries(entries: readonly string[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const bytes = Buffer.from(entry, 'utf8');
      if (bytes.length > ENTRY_BYTES_MAX) {
        throw new RangeError(`an entry holds at most ${ENTRY_BYTES_MAX} bytes`);
      }
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** @throws RangeError for a tile that ends within an entry */
export function unpackEntries(tile: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) throw new RangeError('the tile ends within an entry');
    entries.push(bytes.subarray(start, at));
  }
  return entries;
}
