import type { Position } from './event-store.js';

/** The state of the log that is being signed. */
export interface LogState {
  /** The log's name, of which no other log has been signed. */
  readonly origin: string;
  /** Number of entries under the last checkpoint. */
  readonly size: number;
  /** The position of the last event in the log. */
  readonly position: Position | undefined;
  /** Identity of the ledger that the entries come from; undefined while it has none. */
  readonly ledger: string | undefined;
  /** The last checkpoint, a signed note. */
  readonly checkpoint: string;
  /** Verifier keys of the last checkpoint, one a line. */
  readonly keys: string;
  /** Id of the last hold of a restored copy that was decided when the log began; undefined where there was none. */
  readonly decidedHold: string | undefined;
  /** The reason for replacing an earlier log; undefined for the first one. */
  readonly replaces: string | undefined;
}

/** Hashes of a tile, or entries of a bundle, as they are after a growth. */
export interface GrownTile {
  readonly level: number;
  readonly number: number;
  readonly hashes: Uint8Array;
}

export interface GrownBundle {
  readonly number: number;
  /** The position of the event of its first entry. */
  readonly firstPosition: Position;
  /** Entries, each behind its length. */
  readonly entries: Uint8Array;
}

export interface LogGrowth {
  /** The state that this growth follows. */
  readonly before: Pick<LogState, 'origin' | 'size'>;
  readonly after: LogState;
  readonly tiles: readonly GrownTile[];
  readonly bundles: readonly GrownBundle[];
  /** The positions of the first event of every bundle, where the same events now stand in another ledger. */
  readonly firstPositions?: readonly Position[];
}

/** Another signer was faster: the log is no longer as this one believed. */
export class LogHasMoved extends Error {
  override readonly name = 'LogHasMoved';
}

/**
 * The log's tiles, entries and checkpoints, in a place that all instances share. It is no read model: it remembers what
 * was signed, so nothing may rebuild it.
 */
export interface LogStore {
  /** Undefined before the first log begins. */
  state(): Promise<LogState | undefined>;
  /**
   * Begins a log in the place of the one with this origin, or of none.
   * @throws LogHasMoved when the present one is another
   */
  begin(state: LogState, insteadOf: string | undefined): Promise<void>;
  /**
   * All or nothing, and durable when it resolves. @throws LogHasMoved when the log is not in the state before it
   */
  grow(growth: LogGrowth): Promise<void>;
  /** A tile of the present log. */
  tile(level: number, number: number): Promise<Uint8Array | undefined>;
  /** Entries of the present log, as a bundle. */
  bundle(number: number): Promise<Uint8Array | undefined>;
  /** The position of the first event of a bundle of the present log. */
  firstPosition(bundle: number): Promise<Position | undefined>;
  /** The kept checkpoints of this log and those before it, the oldest first: the last of each hour, and the last of all. */
  checkpoints(): Promise<readonly KeptCheckpoint[]>;
  close(): Promise<void>;
}

export interface KeptCheckpoint {
  readonly note: string;
  /** Verifier keys, one a line. */
  readonly keys: string;
}
