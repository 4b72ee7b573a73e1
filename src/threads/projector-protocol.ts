import type { ReadModelConfig } from '../adapters/read-model/copies/open-read-model-database.js';
import type { MasterKeysConfig } from '../adapters/key-store/open-key-store.js';
import type { ProjectionLag, RetriedEvents } from '../application/projecting/projector.js';
import type { ThreadMessage } from './thread-messages.js';

/** The start options of the projector's thread. */
export interface ProjectorThreadOptions {
  /** The directory of the ledger's file. */
  readonly ledgerDirectory: string;
  readonly readModel: ReadModelConfig;
  readonly masterKeys: MasterKeysConfig;
  /** Shared memory of the signal that the ledger's writer sets after a commit. */
  readonly commitBell: SharedArrayBuffer;
}

export type ToProjector = 'stop' | 'restart' | 'retry';

export type FromProjector =
  | { readonly kind: 'progress'; readonly lag: ProjectionLag }
  | { readonly kind: 'retried'; readonly result: RetriedEvents }
  | { readonly kind: 'retry-failed'; readonly reason: string }
  | ThreadMessage;
