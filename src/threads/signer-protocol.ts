import type { LogStoreConfig } from '../adapters/transparency-log/open-log-store.js';
import type { SignerSettings } from './compose-signer.js';
import type { ThreadMessage } from './thread-messages.js';

/** The start options of the signer's thread. */
export interface SignerThreadOptions {
  readonly ledgerDirectory: string;
  /** Of the ledger. */
  readonly identity: string | undefined;
  readonly store: LogStoreConfig;
  readonly settings: SignerSettings;
  /** Shared memory of the signal that the ledger's writer sets after a commit. */
  readonly commitBell: SharedArrayBuffer;
}

export type FromSigner =
  | ThreadMessage
  /** The ledger has lost signed events: sending must be held. */
  | { readonly kind: 'restored'; readonly id: readonly string[]; readonly proof: string };
