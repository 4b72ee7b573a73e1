/** One place of the ledger that is not as it was written. */
export interface LedgerFinding {
  /**
   * `structure`: events cannot be found or read, so others may be missing unnoticed. `content`: one event is found and
   * cannot be decoded; nothing else depends on it.
   */
  readonly kind: 'structure' | 'content';
  /** For example `event 2 of message-…`. Never a text or a phone number. */
  readonly place: string;
  readonly fault: string;
}

/** The findings of a pass over the whole ledger. */
export interface LedgerVerdict {
  /** The first ones, in the order of the pass. */
  readonly findings: readonly LedgerFinding[];
  /** The number of all findings; larger than the list when that is full. */
  readonly count: number;
  /** True when any finding, listed or not, is one of structure. */
  readonly isStructureDamaged: boolean;
}

/** Reads a whole ledger to find out whether all of it can be read. Left out by a store that checks itself. */
export interface LedgerCheck {
  /**
   * Makes one pass over everything that was committed at its start. Gentle: commits and requests go first.
   * @returns undefined when `signal` aborts first
   * @throws StoreUnavailable when the check itself could not be made
   */
  pass(signal: AbortSignal): Promise<LedgerVerdict | undefined>;
}
