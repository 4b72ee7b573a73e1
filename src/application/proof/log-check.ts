import type { LogStore } from '../ports/log-store.js';
import { entriesIn } from './log-entry.js';
import { isSame } from './tree/check-proofs.js';
import type { GrowingTree } from './tree/growing-tree.js';
import type { Tile } from './tree/tiles.js';

/** Compares the entries of the log, and its tiles above the leaves, with those that the events of the ledger give. */
export class LogCheck {
  /** The entries of the bundle that are not compared yet. */
  private entries = entriesIn(new Uint8Array());
  private readonly tiles: Tile[] = [];
  private isWhole = true;

  constructor(
    private readonly store: Pick<LogStore, 'tile' | 'bundle'>,
    private readonly loggedSize: number,
    private readonly onFault: (fault: string) => void,
  ) {}

  /** Takes each tile that an event has finished. */
  readonly finished = (tile: Tile): void => {
    if (tile.level > 0) this.tiles.push(tile);
  };

  async beginBundle(number: number): Promise<void> {
    this.entries = entriesIn((await this.store.bundle(number)) ?? new Uint8Array());
  }

  compare(entry: string, index: number): void {
    if (!this.isWhole || index >= this.loggedSize || this.isNext(entry)) return;
    this.tell(`entry ${index} of the log is not that of its event`);
  }

  /** @param tree of all that was compared */
  async endBundle(tree: GrowingTree): Promise<void> {
    if (!this.isWhole || tree.size > this.loggedSize) return;
    if (tree.size === this.loggedSize) tree.unfinished().forEach(this.finished);
    for (const { level, number, hashes } of this.tiles.splice(0)) {
      const stored = await this.store.tile(level, number);
      if (stored !== undefined && isSame(stored.subarray(0, hashes.length), hashes)) continue;
      this.tell(`tile ${level}/${number} of the log does not belong to its entries`);
    }
  }

  private isNext(entry: string): boolean {
    try {
      return this.entries.next().value?.toString('utf8') === entry;
    } catch (error) {
      // The bundle ends within this entry.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  private tell(fault: string): void {
    if (this.isWhole) this.onFault(fault);
    this.isWhole = false;
  }
}
