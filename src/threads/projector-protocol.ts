import type { ReadModelConfig } from '../adapters/read-model/copies/open-read-model-database.js';
import type { PartName, PartState } from '../application/ports/health.js';
import type { ProjectionLag, RetriedEvents } from '../application/projecting/projector.js';

/** The start options of the projector's thread. */
export interface ProjectorThreadOptions {
  /** The directory of the ledger's file. */
  readonly ledgerDirectory: string;
  readonly readModel: ReadModelConfig;
  /** Shared memory of the signal that the ledger's writer sets after a commit. */
  readonly commitBell: SharedArrayBuffer;
}

export type ToProjector = 'stop' | 'restart' | 'retry';

export type FromProjector =
  | { readonly kind: 'progress'; readonly lag: ProjectionLag }
  | {
      readonly kind: 'health';
      readonly component: string;
      readonly parts: readonly PartName[];
      readonly state: PartState;
      readonly reason: string;
      /** Milliseconds. Absent when the component promised no heartbeat. */
      readonly silenceMsMax?: number;
    }
  | { readonly kind: 'retried'; readonly result: RetriedEvents }
  | { readonly kind: 'retry-failed'; readonly reason: string }
  | {
      readonly kind: 'log';
      readonly level: 'info' | 'warn' | 'error';
      readonly facts: Readonly<Record<string, unknown>>;
      readonly sentence: string;
    };
