import type { InboundRow } from '../projections/inbound-row.js';
import type { ProjectionProgress } from './projection-store.js';

export interface InboundFilter {
  readonly from?: string;
  readonly to?: string;
  /** Upper case. */
  readonly keyword?: string;
  /** Milliseconds since 1970; received at or after. */
  readonly since?: number;
  /** Milliseconds since 1970; received before. */
  readonly until?: number;
}

export interface InboundKey {
  readonly occurredAt: number;
  readonly messageUuid: string;
}

export interface InboundPage {
  /** Newest first. */
  readonly rows: readonly InboundRow[];
  readonly next: InboundKey | undefined;
  readonly progress: ProjectionProgress | undefined;
}

export interface InboundMessages {
  list(filter: InboundFilter, after: InboundKey | undefined, rowsMax: number): Promise<InboundPage>;
  find(messageUuid: string): Promise<{
    readonly row: InboundRow | undefined;
    readonly progress: ProjectionProgress | undefined;
  }>;
}
