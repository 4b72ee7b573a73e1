import type { RecordedEvent } from '../ports/event-store.js';
import {
  parkedEvent,
  type AgendaTableChanges,
  type MessageIndexChanges,
  type ParkedEvent,
  type ProjectionName,
  type ProjectionProgress,
  type ProjectionStore,
  type ProjectionStores,
} from '../ports/projection-store.js';
import type { MessageEvent } from '../../domain/message/message-events.js';
import { agendaChanges } from '../projections/agenda-changes.js';
import { inboundRow, type InboundRow } from '../projections/inbound-row.js';
import { quarantineRow, type QuarantineRow } from '../projections/quarantine-row.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { Folded, Projection } from './projection.js';

/** Gathers what the events of one batch change. */
interface Gathering<Changes> {
  /** @throws when the event cannot be handled; then it has changed nothing */
  add(event: RecordedEvent): void;
  changes(): Changes;
}

/** What events come to, one after the other. */
function gatherAll<Changes>(
  gathering: Gathering<Changes>,
  events: Iterable<RecordedEvent>,
): Folded<Changes> {
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

/** A projection whose rows follow from each event alone, without looking at rows that are already there. */
function simpleProjection<Changes>(
  name: ProjectionName,
  prefix: string,
  store: ProjectionStore<Changes>,
  gather: () => Gathering<Changes>,
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
    resume: () => store.progress(),
    parkedStreams: () => store.parkedStreams(),
    apply: (events, progress) => handle(events, progress, []),
    async park(event, error, progress) {
      const parked = [parkedEvent(event, error)];
      await store.commit({ changes: gather().changes(), progress, parked, unparkedStreams: [] });
      return parked.length;
    },
    // Every event puts the same rows again, in order, so the last word is again the last.
    retry: (stream, events, progress) => handle(events, progress, [stream]),
  };
}

const INBOUND_STREAMS = 'inbound-';
const QUARANTINE_STREAMS = 'quarantine-';

/** Which uuid of Vonage belongs to which message. Were it given to two, the later one would have it. */
export const messageIndexProjection = (stores: ProjectionStores): Projection =>
  simpleProjection<MessageIndexChanges>(
    'message-index',
    MESSAGE_STREAMS,
    stores['message-index'],
    () => {
      const owners = new Map<string, string>();
      return {
        add({ event, stream }) {
          const messageId = messageIdOfStream(stream);
          if (messageId === undefined) return;
          if (event.type !== 'AttemptAccepted' && event.type !== 'AttemptRecovered') return;
          owners.set(event.data.messageUuid, messageId);
        },
        changes: () => owners,
      };
    },
  );

/** What is due for which message. */
export function agendaProjection({ agenda: store }: ProjectionStores): Projection {
  const commit = (
    { changes, parked }: Folded<AgendaTableChanges>,
    progress: ProjectionProgress,
  ): Promise<void> => store.commit({ changes, parked, progress, unparkedStreams: [] });
  return {
    ...simpleProjection('agenda', MESSAGE_STREAMS, store, gatherEntries),
    wholeStreams: {
      put: (folded, progress) => commit(folded as Folded<AgendaTableChanges>, progress),
      finish: (progress) => commit({ changes: [], parked: [] }, progress),
    },
  };
}

function gatherEntries(): Gathering<AgendaTableChanges> {
  const entries = new Map<string, AgendaTableChanges[number]>();
  const put = (change: AgendaTableChanges[number]): void => {
    entries.set(`${change.kind} ${change.attempt} ${change.messageId}`, change);
  };
  return {
    add({ event, stream }) {
      const messageId = messageIdOfStream(stream);
      if (messageId === undefined) return;
      const { clear, set } = agendaChanges(event as MessageEvent);
      for (const slot of clear) put({ messageId, ...slot, dueAt: null });
      for (const entry of set) put({ messageId, ...entry });
    },
    changes: () => [...entries.values()],
  };
}

/** For whole streams: see `stream-folds.ts`. What a stream has set and cleared again is in no copy. */
export function foldAgenda(events: Iterable<RecordedEvent>): Folded<AgendaTableChanges> {
  const changes: AgendaTableChanges[number][] = [];
  const parked: ParkedEvent[] = [];
  for (const stream of streamByStream(events)) {
    const folded = gatherAll(gatherEntries(), stream);
    for (const change of folded.changes) if (change.dueAt !== null) changes.push(change);
    parked.push(...folded.parked);
  }
  return { changes, parked };
}

/** Events of the same stream stand together. */
function* streamByStream(events: Iterable<RecordedEvent>): Generator<readonly RecordedEvent[]> {
  let stream: RecordedEvent[] = [];
  for (const event of events) {
    if (stream[0] !== undefined && stream[0].stream !== event.stream) {
      yield stream;
      stream = [];
    }
    stream.push(event);
  }
  yield stream;
}

/** Messages that somebody sent to us. */
export const inboundProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('inbound', INBOUND_STREAMS, stores.inbound, () => gatherRows(inboundRow));

/** Signed webhooks that were not understood. */
export const quarantineProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('quarantine', QUARANTINE_STREAMS, stores.quarantine, () =>
    gatherRows(quarantineRow),
  );

function gatherRows<Row extends InboundRow | QuarantineRow>(
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
