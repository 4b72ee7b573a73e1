import type { ProjectionName, ProjectionProgress } from '../application/ports/projection-store.js';
import type { FoldedStreams } from '../application/processes/stream-folds.js';

/** What the thread is started with. */
export interface StreamFolderThreadOptions {
  /** Where the ledger's file is. */
  readonly ledgerDirectory: string;
  readonly projection: ProjectionName;
  readonly upTo: ProjectionProgress;
}

/** Asks for one more. */
export type ToStreamFolder = 'next';

export type FromStreamFolder = FoldedStreams | 'end';
