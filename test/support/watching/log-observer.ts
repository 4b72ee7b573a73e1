import {
  openCheckpoint,
  type Checkpoint,
} from '../../../src/application/proof/notes/checkpoint.js';
import { parseVerifierKeys } from '../../../src/application/proof/notes/signing-keys.js';
import { isConsistent } from '../../../src/application/proof/tree/check-proofs.js';
import { consistencyProof } from '../../../src/application/proof/tree/proofs.js';
import {
  edgeWidth,
  fullTiles,
  tilePath,
  TILE_WIDTH,
  type ReadTile,
} from '../../../src/application/proof/tree/tiles.js';

/** Reads a log from outside: by its routes, or from its store. */
export interface ReadableLog {
  checkpoint(): Promise<string | undefined>;
  keys(): Promise<string>;
  /** @param path as in a route, for example `0/000.p/7` */
  tile(path: string): Promise<Uint8Array>;
}

/** Reads hashes as tlog-tiles describes: a full tile where there is one, otherwise the partial tile of this size. */
export const tileReader =
  (log: ReadableLog, size: number): ReadTile =>
  ({ level, number }) => {
    const width = number < fullTiles(size, level) ? TILE_WIDTH : edgeWidth(size, level);
    return log.tile(tilePath({ kind: level, number, width }));
  };

/** Keeps every checkpoint of a log that it ever saw, and insists that none contradicts another. */
export class LogObserver {
  /** The signed notes, by origin and size. */
  readonly seen = new Map<string, Checkpoint>();
  private newest: Checkpoint | undefined;

  /** @returns the checkpoint @throws Error when the log has two histories */
  async look(log: ReadableLog): Promise<Checkpoint | undefined> {
    const note = await log.checkpoint();
    if (note === undefined) return undefined;
    const checkpoint = openCheckpoint(note, parseVerifierKeys(await log.keys()));
    const before = this.newest;
    if (before !== undefined && before.origin === checkpoint.origin) {
      const { size, root } = checkpoint;
      const proof =
        before.size > size ? [] : await consistencyProof(before.size, size, tileReader(log, size));
      const claim = { oldSize: before.size, oldRoot: before.root, size, root, proof };
      if (!isConsistent(claim)) {
        throw new Error(`the checkpoints of ${before.size} and of ${size} entries contradict`);
      }
    }
    this.seen.set(`${checkpoint.origin} ${checkpoint.size}`, checkpoint);
    this.newest = checkpoint;
    return checkpoint;
  }
}
