import type { Position } from './event-store.js';
import type { ProjectionName } from './projection-store.js';

/** How far the projections have come, whichever instance brings them forward. */
export interface ProjectionPositions {
  /** Of every projection; undefined for one that has not begun. */
  positions(): Promise<ReadonlyMap<ProjectionName, Position | undefined>>;
}
