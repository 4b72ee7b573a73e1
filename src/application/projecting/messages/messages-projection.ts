import type { MessageEvent } from '../../../domain/message/message-events.js';
import type { ReadsPersonal } from '../../ports/event-feed.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import {
  parkedEvent,
  type MessageChange,
  type MessageChanges,
  type MessageStore,
  type ParkedEvent,
} from '../../ports/projection-store.js';
import { contributionsOf, withdrawn, type DeliveryContribution } from './delivery-contribution.js';
import { adopted, adoptedUnseen, asAdoption, changedRow, type MessageRow } from './message-row.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../../streams.js';
import type { Projection } from '../projection.js';

/** By message id: messages whose reports belong to another message, and the row to make where there is none. */
type Adoptions = ReadonlyMap<string, MessageRow>;

/** The events of which a row takes its number and its reference: a row is made of a stream's first event, or of an adoption. */
const readsPersonal: ReadsPersonal = ({ type, revision }) =>
  revision === 0n ||
  type === 'MessageRequested' ||
  type === 'ReportAdopted' ||
  type === 'StatusRefused';

/**
 * Projects the message list and the delivery roll-ups. They are one projection, because a roll-up changes by the
 * difference between a row's contributions before and after.
 */
export function messagesProjection(store: MessageStore): Projection {
  /** Streams with an event that could not be handled: the rest of the stream waits with it. */
  let parkedStreams: ReadonlyMap<string, number> = new Map();

  return {
    name: 'messages',
    prefix: MESSAGE_STREAMS,
    readsPersonal,
    async resume() {
      const progress = await store.progress();
      parkedStreams = await store.parkedStreams();
      return progress;
    },
    parkedStreams: () => store.parkedStreams(),
    async apply(events, progress) {
      const before = await store.load(idsToLoad(events));
      const batch = foldBatch(before, events, parkedStreams);
      adopt(before, batch);
      const changes = changesOf(before, batch.rows);
      await store.commit({ changes, progress, parked: batch.parked, unparkedStreams: [] });
      if (batch.parked.length > 0) parkedStreams = await store.parkedStreams();
      return batch.parked.length;
    },
    async park(event, error, progress) {
      const parked = [parkedEvent(event, error)];
      const changes: MessageChanges = { rows: [], contributions: [] };
      await store.commit({ changes, progress, parked, unparkedStreams: [] });
      parkedStreams = await store.parkedStreams();
      return parked.length;
    },
    async retry(stream, events, progress) {
      const messageId = messageIdOfStream(stream);
      if (messageId === undefined) return 0;
      const before = await store.load([messageId, ...adoptedIds(events)]);
      // Derives the stream from its beginning: a skipped event cannot be inserted afterwards.
      const others = new Map([...before].filter(([id]) => id !== messageId));
      const batch = foldBatch(others, events, new Map());
      adopt(others, batch);
      const row = batch.rows.get(messageId);
      const wasAdopted = before.get(messageId)?.adopted === true;
      if (row !== undefined && wasAdopted) batch.rows.set(messageId, { ...row, adopted: true });
      const changes = changesOf(before, batch.rows);
      await store.commit({ changes, progress, parked: batch.parked, unparkedStreams: [stream] });
      parkedStreams = await store.parkedStreams();
      return batch.parked.length;
    },
  };
}

/** Returns the ids of rows to load. The first event of a stream cannot change an existing row. */
function idsToLoad(events: readonly RecordedEvent[]): readonly string[] {
  const seen = new Set<string>();
  const ids: string[] = [];
  for (const { stream, revision } of events) {
    if (seen.has(stream)) continue;
    seen.add(stream);
    const messageId = messageIdOfStream(stream);
    if (messageId !== undefined && revision !== 0n) ids.push(messageId);
  }
  for (const id of adoptedIds(events)) if (!seen.has(id)) ids.push(id);
  return ids;
}

function adoptedIds(events: readonly RecordedEvent[]): readonly string[] {
  return events.flatMap((recorded) => {
    if (recorded.damage !== undefined) return [];
    const adoption = asAdoption(recorded.event as MessageEvent);
    if (adoption === undefined) return [];
    return messageIdOfStream(adoption.data.adoptedFrom.stream) ?? [];
  });
}

interface FoldedBatch {
  /** Changed rows by message id, without those that were only loaded. */
  readonly rows: Map<string, MessageRow>;
  readonly adoptions: Adoptions;
  readonly parked: readonly ParkedEvent[];
}

function foldBatch(
  before: ReadonlyMap<string, MessageRow>,
  events: readonly RecordedEvent[],
  parkedStreams: ReadonlyMap<string, number>,
): FoldedBatch {
  const rows = new Map<string, MessageRow>();
  const adoptions = new Map<string, MessageRow>();
  const parked: ParkedEvent[] = [];
  const waiting = new Set(parkedStreams.keys());
  let stream: string | undefined;
  let messageId: string | undefined;
  let row: MessageRow | undefined;
  for (const recorded of events) {
    if (recorded.stream !== stream) {
      ({ stream } = recorded);
      messageId = messageIdOfStream(stream);
      row = messageId === undefined ? undefined : (rows.get(messageId) ?? before.get(messageId));
    }
    if (messageId === undefined) continue;
    if (waiting.size > 0 && waiting.has(recorded.stream)) {
      parked.push(parkedEvent(recorded, 'waits for an earlier event of its stream'));
      continue;
    }
    try {
      const event = recorded.event as MessageEvent;
      row = changedRow(row, messageId, event);
      if (row !== undefined) rows.set(messageId, row);
      const adoption = asAdoption(event);
      const other = adoption && messageIdOfStream(adoption.data.adoptedFrom.stream);
      if (adoption !== undefined && other !== undefined && other !== messageId) {
        if (!adoptions.has(other)) adoptions.set(other, adoptedUnseen(other, adoption));
      }
    } catch (error) {
      waiting.add(recorded.stream);
      parked.push(parkedEvent(recorded, error));
    }
  }
  return { rows, adoptions, parked };
}

/**
 * Takes adopted messages out of lists and reports. It may come after all the events, because no other change of a row
 * depends on it.
 */
function adopt(
  before: ReadonlyMap<string, MessageRow>,
  { rows, adoptions }: Pick<FoldedBatch, 'rows' | 'adoptions'>,
): void {
  for (const [id, unseen] of adoptions) {
    rows.set(id, adopted(rows.get(id) ?? before.get(id) ?? unseen));
  }
}

function changesOf(
  before: ReadonlyMap<string, MessageRow>,
  after: ReadonlyMap<string, MessageRow>,
): MessageChanges {
  const rows: MessageChange[] = [];
  const contributions: DeliveryContribution[] = [];
  for (const [messageId, row] of after) {
    const old = before.get(messageId);
    if (old === row) continue;
    rows.push({ before: old, after: row });
    if (old !== undefined) {
      for (const contribution of contributionsOf(old)) contributions.push(withdrawn(contribution));
    }
    for (const contribution of contributionsOf(row)) contributions.push(contribution);
  }
  return { rows, contributions };
}
