import { ApplicationError } from '../errors.js';
import type { LogState, LogStore } from '../ports/log-store.js';
import { unpackEntries, packEntries } from './log-entry.js';
import { HASH_BYTES } from './tree/hashes.js';
import type { NamedTile } from './tree/tiles.js';

/** Serves the transparency log in the form that its readers expect (C2SP tlog-tiles). */
export class ReadLog {
  constructor(private readonly store: LogStore) {}

  /** The last checkpoint, a signed note. @throws ApplicationError `log-entry-not-found` before the first one */
  async checkpoint(): Promise<string> {
    return (await this.state()).checkpoint;
  }

  /** Verifier keys of the last checkpoint, one a line. @throws ApplicationError `log-entry-not-found` */
  async keys(): Promise<string> {
    return (await this.state()).keys;
  }

  /** @throws ApplicationError `log-entry-not-found` for a tile that the last checkpoint does not cover */
  async tile({ kind, number, width }: NamedTile): Promise<Uint8Array> {
    const found =
      kind === 'entries'
        ? firstEntries(await this.store.bundle(number), width)
        : firstHashes(await this.store.tile(kind, number), width);
    if (found === undefined) throw notFound('The log has no such tile yet.');
    return found;
  }

  private async state(): Promise<LogState> {
    const state = await this.store.state();
    if (state === undefined) throw notFound('The transparency log has not begun yet.');
    return state;
  }
}

const notFound = (detail: string): ApplicationError =>
  new ApplicationError('log-entry-not-found', detail);

function firstHashes(tile: Uint8Array | undefined, width: number): Uint8Array | undefined {
  const bytes = width * HASH_BYTES;
  return tile === undefined || tile.byteLength < bytes ? undefined : tile.subarray(0, bytes);
}

function firstEntries(bundle: Uint8Array | undefined, width: number): Uint8Array | undefined {
  if (bundle === undefined) return undefined;
  const entries = unpackEntries(bundle);
  if (entries.length === width) return bundle;
  if (entries.length < width) return undefined;
  return packEntries(entries.slice(0, width).map((entry) => entry.toString('utf8')));
}
