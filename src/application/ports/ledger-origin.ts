import type { Position } from './event-store.js';

/** The ledger's identity and its end. */
export interface LedgerOrigin {
  /** Made once, with the ledger. Undefined while a ledger that takes it from its first event is empty. */
  readonly identity: string | undefined;
  /** Time at which the copy was made from which this ledger was opened, ISO 8601 UTC; undefined for an original. */
  readonly copiedAt: string | undefined;
  /** The end of the ledger: no follower can be ahead of it; undefined when the store cannot tell. */
  readonly end: { readonly position: Position | undefined } | undefined;
  /** False for a ledger that ends with the process: that it is empty proves nothing. */
  readonly isDurable: boolean;
}

const SEPARATOR = '/';

/** The identity of a ledger on a server. @param written when the server wrote its first event */
export const identityOnServer = (firstEventId: string, written: string): string =>
  `${firstEventId}${SEPARATOR}${written}`;

/** @param known what was remembered; versions before this took the first event's id alone for the identity on a server */
export const isSameLedger = (known: string, identity: string | undefined): boolean =>
  known === identity || identity?.startsWith(`${known}${SEPARATOR}`) === true;

export interface LedgerOrigins {
  /**
   * @param signal aborts the search, which may take long on a server
   * @throws StoreUnavailable, or the reason of `signal`
   */
  origin(signal?: AbortSignal): Promise<LedgerOrigin>;
}

/** The position of a copy of a read model. */
export interface CopyPosition {
  /** A name that no other copy of these read models has had. */
  readonly copy: string;
  readonly position: Position;
}

/** The read models' record of the ledger that they were made from. */
export interface ReadModelOrigin {
  /** Undefined where nothing was remembered yet. */
  ledgerIdentity(): Promise<string | undefined>;
  /**
   * Returns the position of each copy in use, and of all other copies when no ledger is remembered. Unreadable copies
   * are left out.
   */
  positions(): Promise<readonly CopyPosition[]>;
  /** Remembers the ledger's identity. */
  adopt(identity: string): Promise<void>;
  /** Replaces all read models by empty ones in one step, and then deletes the old ones. */
  beginAnew(identity: string | undefined): Promise<void>;
}
