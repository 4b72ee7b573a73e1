import type { ReadsPersonal } from '../ports/event-feed.js';
import type { RecordedEvent } from '../ports/event-store.js';
import {
  parkedEvent,
  type Commit,
  type ParkedEvent,
  type ProjectionName,
  type ProjectionProgress,
  type ProjectionStore,
} from '../ports/projection-store.js';
import type { Projection } from './projection.js';

/** Gathers the changes of one batch of events. */
export interface Gathering<Changes> {
  /** @throws when the event cannot be handled; then it has changed nothing */
  add(event: RecordedEvent): void;
  changes(): Changes;
}

/** Adds events one by one, and collects those that cannot be handled. */
function gatherAll<Changes>(
  gathering: Gathering<Changes>,
  events: readonly RecordedEvent[],
): Pick<Commit<Changes>, 'changes' | 'parked'> {
  const parked: ParkedEvent[] = [];
  for (const event of events) {
    try {
      gathering.add(event);
    } catch (error) {
      parked.push(parkedEvent(event, error));
    }
  }
  return { changes: gathering.changes(), parked };
}

/** For a projection that holds nothing of a person. */
export const readsNothingPersonal: ReadsPersonal = () => false;

/** A projection whose rows follow from each event alone, without reading existing rows. */
export function simpleProjection<Changes>(
  name: ProjectionName,
  prefix: string,
  store: ProjectionStore<Changes>,
  gather: () => Gathering<Changes>,
  readsPersonal: ReadsPersonal = () => true,
): Projection {
  const handle = async (
    events: readonly RecordedEvent[],
    progress: ProjectionProgress,
    unparkedStreams: readonly string[],
  ): Promise<number> => {
    const folded = gatherAll(gather(), events);
    await store.commit({ ...folded, progress, unparkedStreams });
    return folded.parked.length;
  };
  return {
    name,
    prefix,
    readsPersonal,
    resume: () => store.progress(),
    parkedStreams: () => store.parkedStreams(),
    apply: (events, progress) => handle(events, progress, []),
    async park(event, error, progress) {
      const parked = [parkedEvent(event, error)];
      await store.commit({ changes: gather().changes(), progress, parked, unparkedStreams: [] });
      return parked.length;
    },
    // Every event writes the same rows again, in order, so the last one wins again.
    retry: (stream, events, progress) => handle(events, progress, [stream]),
  };
}

/** Gathers one row for each event that yields one. */
export function gatherRows<Row>(
  rowOf: (event: RecordedEvent) => Row | undefined,
): Gathering<readonly Row[]> {
  const rows: Row[] = [];
  return {
    add(event) {
      const row = rowOf(event);
      if (row !== undefined) rows.push(row);
    },
    changes: () => rows,
  };
}
