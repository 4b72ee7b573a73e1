import type { Position, RecordedEvent } from '../ports/event-store.js';
import {
  ProjectionMoved,
  RowsRefused,
  type ProjectionProgress,
} from '../ports/projection-store.js';
import type { Projection } from './projection.js';

/**
 * Applies events, and parks those whose rows the database refuses, so that none of them stops the others: a refused
 * batch is halved until each culprit stands alone.
 * @param from the position of the projection
 * @returns how many events were parked
 * @throws ProjectionMoved some may have been applied; resume again
 */
export async function applyEvents(
  projection: Projection,
  events: readonly RecordedEvent[],
  from: Position | undefined,
  progress: ProjectionProgress,
): Promise<number> {
  try {
    return await projection.apply(events, progress);
  } catch (error) {
    const [first] = events;
    if (!(error instanceof RowsRefused) || first === undefined) throw error;
    // The store's cached rows were never written, and `resume` discards them.
    const stands = await projection.resume();
    if (stands?.position !== from) throw new ProjectionMoved('another writer was quicker');
    if (events.length === 1) return projection.park(first, error, progress);
    const older = events.slice(0, Math.ceil(events.length / 2));
    const last = older.at(-1) ?? first;
    const between = { position: last.position, asOf: last.metadata.recordedAt };
    const parked = await applyEvents(projection, older, from, between);
    const newer = events.slice(older.length);
    return parked + (await applyEvents(projection, newer, between.position, progress));
  }
}
