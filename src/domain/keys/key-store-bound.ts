import type { Fact } from '../fact.js';

/**
 * The ledger names the key store that holds the keys of its events, before the first encrypted event; and again when an operator
 * accepts that the one before is lost for good.
 */
export type KeyStoreBound = Fact<
  'KeyStoreBound',
  {
    /** Keyed hash of a fixed text under the key store's secret, in hexadecimal. Tells nothing of the secret. */
    readonly fingerprint: string;
  }
>;
