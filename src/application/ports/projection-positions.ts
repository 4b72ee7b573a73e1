import type { Position } from './event-store.js';
import type { ProjectionName } from './projection-store.js';

/** How far the projections have come, whichever instance brings them forward. */
export interface ProjectionPositions {
  /** Of every projection; undefined for one that has not begun. */
  positions(): Promise<ReadonlyMap<ProjectionName, Position | undefined>>;
}

/** What time it was when the read models were last written. */
export interface ProjectionTimes {
  /** The newest time that any of them has written down, ISO 8601 UTC; undefined while there is none. */
  newestAsOf(): Promise<string | undefined>;
}
