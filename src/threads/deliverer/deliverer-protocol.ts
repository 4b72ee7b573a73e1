import type { DeliveryStoreConfig } from '../../adapters/delivery-store/delivery-store.module.js';
import type { MasterKeysConfig } from '../../adapters/key-store/open-key-store.js';
import type { ThreadMessage } from '../thread-messages.js';

/** The start options of the deliverer's thread. */
export interface DelivererThreadOptions {
  readonly ledgerDirectory: string;
  readonly masterKeys: MasterKeysConfig;
  readonly deliveries: DeliveryStoreConfig;
  /** `WEBHOOK_PRIVATE_NETWORKS=allow`. */
  readonly allowsPrivateNetworks: boolean;
  /** Shared memory of the signal that the ledger's writer sets after a commit. */
  readonly commitBell: SharedArrayBuffer;
}

export type ToDeliverer =
  | 'stop'
  /** The end of a `disable`. @see FromDeliverer */
  | { readonly kind: 'disabled'; readonly request: number; readonly fault: string | null };

/** Attempts that ended alike. */
export interface AnswerCount {
  readonly httpStatus: number | null;
  readonly isDelivered: boolean;
  readonly times: number;
}

export type FromDeliverer =
  | ThreadMessage
  | { readonly kind: 'answered'; readonly counts: readonly AnswerCount[] }
  /** An endpoint is to be disabled: only the main thread writes to the ledger. */
  | {
      readonly kind: 'disable';
      readonly request: number;
      readonly endpointId: string;
      readonly reason: string;
    };
