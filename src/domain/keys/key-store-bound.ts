import type { Fact } from '../fact.js';

/** The ledger names the key store that holds the keys of its events. Once, before the first encrypted event. */
export type KeyStoreBound = Fact<
  'KeyStoreBound',
  {
    /** Keyed hash of a fixed text under the key store's secret, in hexadecimal. Tells nothing of the secret. */
    readonly fingerprint: string;
  }
>;
