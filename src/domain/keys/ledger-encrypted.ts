import type { Fact } from '../fact.js';

/**
 * The first event of a ledger whose personal fields were encrypted afterwards. Its events have other bytes than those of the ledger
 * before, so its log is a new one. It holds what the earlier log had signed.
 */
export type LedgerEncrypted = Fact<
  'LedgerEncrypted',
  {
    /** Null where nothing had been signed. */
    readonly log: {
      /** Name of the earlier log. */
      readonly origin: string;
      /** Entries under its last checkpoint. */
      readonly size: number;
      /** Its last checkpoint, a signed note. */
      readonly checkpoint: string;
      /** Verifier keys, one a line. */
      readonly keys: string;
    } | null;
  }
>;
