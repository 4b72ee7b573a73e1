import type { GrownTile, LogState, LogStore } from '../ports/log-store.js';
import type { StoredEvent } from '../ports/stored-events.js';
import { entryLeaf, entryOf, packEntries, unpackEntries } from './log-entry.js';
import type { SigningKeys } from './notes/signing-keys.js';
import { GrowingTree } from './tree/growing-tree.js';
import { TILE_WIDTH } from './tree/tiles.js';

interface OpenBundle {
  readonly number: number;
  readonly firstPosition: string;
  readonly entries: string[];
}

/** Appends entries to the log, and signs. One transaction carries the entries, the tiles and their checkpoint. */
export class LogWriter {
  private finished: GrownTile[] = [];
  /** Bundles with entries that are not stored yet; the last one may be unfinished. */
  private bundles: OpenBundle[] = [];
  private position: string | undefined;

  private constructor(
    private readonly store: LogStore,
    private readonly keys: SigningKeys,
    private readonly tree: GrowingTree,
    private committed: LogState,
  ) {
    this.position = committed.position;
  }

  /**
   * @param state that of the store
   * @param tree of the events under it: the tiles in the store may have been damaged
   * @throws Error when the last entries are missing
   */
  static async open(
    store: LogStore,
    keys: SigningKeys,
    state: LogState,
    tree: GrowingTree,
  ): Promise<LogWriter> {
    const writer = new LogWriter(store, keys, tree, state);
    await writer.reopenBundle();
    return writer;
  }

  get state(): LogState {
    return this.committed;
  }

  /** Number of entries that the next commit adds. */
  get waiting(): number {
    return this.tree.size - this.committed.size;
  }

  add(event: StoredEvent): void {
    const entry = entryOf(event);
    const number = Math.floor(this.tree.size / TILE_WIDTH);
    let bundle = this.bundles.at(-1);
    if (bundle?.number !== number) {
      bundle = { number, firstPosition: event.position, entries: [] };
      this.bundles.push(bundle);
    }
    bundle.entries.push(entry);
    this.tree.append(entryLeaf(entry), (tile) => this.finished.push(tile));
    this.position = event.position;
  }

  /**
   * Stores what was added, with a new checkpoint.
   * @param changes other facts that the state now has
   * @throws LogHasMoved when another signer has gone on
   */
  async commit(
    changes: Partial<Pick<LogState, 'ledger' | 'decidedHold'>> & {
      readonly firstPositions?: readonly string[];
    } = {},
  ): Promise<LogState> {
    const { firstPositions, ...facts } = changes;
    const { origin } = this.committed;
    const { size } = this.tree;
    const after: LogState = {
      ...this.committed,
      ...facts,
      size,
      position: this.position,
      checkpoint: this.keys.sign({ origin, size, root: this.tree.root() }),
      keys: this.keys.verifierKeys(origin),
    };
    await this.store.grow({
      before: this.committed,
      after,
      tiles: [...this.finished, ...this.tree.unfinished()],
      bundles: this.bundles.map(({ number, firstPosition, entries }) => ({
        number,
        firstPosition,
        entries: packEntries(entries),
      })),
      ...(firstPositions === undefined ? {} : { firstPositions }),
    });
    this.committed = after;
    this.finished = [];
    this.bundles = this.bundles.filter(({ entries }) => entries.length < TILE_WIDTH);
    return after;
  }

  /** The ledger's positions are new, and its events are the same. */
  movedTo(position: string | undefined, firstPositions: readonly string[]): void {
    this.position = position;
    this.bundles = this.bundles.map((bundle) => ({
      ...bundle,
      firstPosition: firstPositions[bundle.number] ?? bundle.firstPosition,
    }));
  }

  private async reopenBundle(): Promise<void> {
    const width = this.tree.size % TILE_WIDTH;
    if (width === 0) return;
    const number = Math.floor(this.tree.size / TILE_WIDTH);
    const stored = await this.store.bundle(number);
    const firstPosition = await this.store.firstPosition(number);
    const entries = stored === undefined ? [] : unpackEntries(stored);
    if (firstPosition === undefined || entries.length !== width) {
      throw new Error(`the entries ${number} of the log are missing`);
    }
    this.bundles = [
      { number, firstPosition, entries: entries.map((entry) => entry.toString('utf8')) },
    ];
  }
}
