import type { ReadModelConfig } from '../adapters/read-model/copies/open-read-model-database.js';
import type { PartName, PartState } from '../application/ports/health.js';
import type { ProjectionLag, RetriedEvents } from '../application/projecting/projector.js';

/** What the projector's thread is started with. */
export interface ProjectorThreadOptions {
  /** Where the ledger's file is. */
  readonly ledgerDirectory: string;
  readonly readModel: ReadModelConfig;
  /** Memory of the bell that the ledger's writer rings. */
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
      /** Milliseconds. Absent where it promised no signs of life. */
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
