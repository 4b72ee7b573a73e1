import type { Position } from './event-store.js';

/** Which ledger this is, and how far it goes. */
export interface LedgerOrigin {
  /** Made once, with the ledger. Undefined while a ledger that takes it from its first event is empty. */
  readonly identity: string | undefined;
  /** When the copy was made from which this ledger was opened, ISO 8601 UTC; undefined for an original. */
  readonly copiedAt: string | undefined;
  /** Nothing that follows the ledger can stand behind this; undefined where the store cannot tell. */
  readonly end: { readonly position: Position | undefined } | undefined;
  /** False for a ledger that ends with the process: that it is empty proves nothing. */
  readonly isDurable: boolean;
}

export interface LedgerOrigins {
  /**
   * @param signal gives up a search that may take long on a server
   * @throws StoreUnavailable, or the reason of `signal`
   */
  origin(signal?: AbortSignal): Promise<LedgerOrigin>;
}

/** How far a copy of a read model has come. */
export interface CopyPosition {
  /** A name that no other copy of these read models has had. */
  readonly copy: string;
  readonly position: Position;
}

/** What the read models know of the ledger that they were made from. */
export interface ReadModelOrigin {
  /** Undefined where nothing was remembered yet. */
  ledgerIdentity(): Promise<string | undefined>;
  /**
   * How far each copy in use has come, and all other copies where no ledger is remembered. Those that cannot be read
   * are left out.
   */
  positions(): Promise<readonly CopyPosition[]>;
  /** Remembers the ledger. */
  adopt(identity: string): Promise<void>;
  /** Replaces all read models by empty ones in one step, and then deletes the old ones. */
  beginAnew(identity: string | undefined): Promise<void>;
}
