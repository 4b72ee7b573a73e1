import type { ReadsPersonal } from '../ports/event-feed.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ProjectionName, ProjectionProgress } from '../ports/projection-store.js';

/** One read model being made of events. */
export interface Projection {
  readonly name: ProjectionName;
  /** Only streams with this prefix concern it. */
  readonly prefix: string;
  /** The events whose personal fields it uses. Those of the others may stand encrypted. */
  readonly readsPersonal: ReadsPersonal;
  /** Returns the progress to resume from, and resets the projection after a fault. */
  resume(): Promise<ProjectionProgress | undefined>;
  /** Streams with events that could not be handled, and how many of them. */
  parkedStreams(): Promise<ReadonlyMap<string, number>>;
  /**
   * Applies events in order and moves on to the position, in one transaction.
   * @returns how many events could not be handled and were parked
   * @throws ProjectionMoved nothing was applied; resume again
   * @throws RowsRefused nothing was applied; resume again
   */
  apply(events: readonly RecordedEvent[], progress: ProjectionProgress): Promise<number>;
  /**
   * Keeps an event aside instead of applying it, and moves on to the position.
   * @returns how many events were parked: 1
   */
  park(event: RecordedEvent, error: Error, progress: ProjectionProgress): Promise<number>;
  /**
   * Derives anew everything that this projection holds of a stream with parked events.
   * @param events of the whole stream, up to the position of the projection
   * @returns how many events could still not be handled
   * @throws RowsRefused all of them are still parked; resume again
   */
  retry(
    stream: string,
    events: readonly RecordedEvent[],
    progress: ProjectionProgress,
  ): Promise<number>;
}
