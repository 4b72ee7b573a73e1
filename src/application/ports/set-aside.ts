import type {
  ParkedEvent,
  ProjectionName,
  ProjectionProgress,
  QuarantineRow,
} from './projection-store.js';

export interface ParkedByProjection extends ParkedEvent {
  readonly projection: ProjectionName;
}

/** Quarantined webhooks and parked events: kept because they could not be understood or handled. */
export interface SetAside {
  /** Newest first. */
  quarantined(before: QuarantineKey | undefined, rowsMax: number): Promise<QuarantinePage>;
  /** Oldest first within each projection. */
  parked(rowsMax: number): Promise<readonly ParkedByProjection[]>;
  parkedCount(): Promise<ReadonlyMap<ProjectionName, number>>;
}

export interface QuarantineKey {
  readonly receivedAt: number;
  readonly eventId: string;
}

export interface QuarantinePage {
  readonly rows: readonly QuarantineRow[];
  readonly next: QuarantineKey | undefined;
  readonly progress: ProjectionProgress | undefined;
}
