import type { Position } from './event-store.js';
import type { ProjectionName } from './projection-store.js';

/** Reads the positions of the projections, whichever instance updates them. */
export interface ProjectionPositions {
  /** The position of every projection; undefined for one that has not begun. */
  positions(): Promise<ReadonlyMap<ProjectionName, Position | undefined>>;
}

/** Reads the time of the last write of the read models. */
export interface ProjectionTimes {
  /** The newest time that any of them has recorded, ISO 8601 UTC; undefined while there is none. */
  newestAsOf(): Promise<string | undefined>;
}
