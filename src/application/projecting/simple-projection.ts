import type { RecordedEvent } from '../ports/event-store.js';
import {
  parkedEvent,
  type AgendaTableChanges,
  type Commit,
  type MessageIndexChanges,
  type ParkedEvent,
  type ProjectionName,
  type ProjectionProgress,
  type ProjectionStore,
  type ProjectionStores,
} from '../ports/projection-store.js';
import type { MessageEvent } from '../../domain/message/message-events.js';
import { agendaChanges } from './agenda-changes.js';
import { inboundRow, type InboundRow } from './inbound-row.js';
import { quarantineRow, type QuarantineRow } from './quarantine-row.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { Projection } from './projection.js';

/** Gathers what the events of one batch change. */
interface Gathering<Changes> {
  /** @throws when the event cannot be handled; then it has changed nothing */
  add(event: RecordedEvent): void;
  changes(): Changes;
}

/** Adds events one after the other, and keeps those aside that cannot be handled. */
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
export const agendaProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('agenda', MESSAGE_STREAMS, stores.agenda, gatherEntries);

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
