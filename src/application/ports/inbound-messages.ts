import type { InboundRow, ProjectionProgress } from './projection-store.js';

export interface InboundFilter {
  readonly from?: string;
  /** Last digits of the sender's number. */
  readonly fromEndsWith?: string;
  readonly to?: string;
  /** Last digits of the recipient's number. */
  readonly toEndsWith?: string;
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
  /** @throws InvalidRequest when more than `ENDING_NUMBERS_MAX` numbers have the last digits */
  list(filter: InboundFilter, after: InboundKey | undefined, rowsMax: number): Promise<InboundPage>;
  find(messageUuid: string): Promise<{
    readonly row: InboundRow | undefined;
    readonly progress: ProjectionProgress | undefined;
  }>;
}
