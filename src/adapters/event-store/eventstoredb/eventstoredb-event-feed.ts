import { BACKWARDS, END, type EventStoreDBClient } from '@eventstore/db-client';
import { ApplicationError } from '../../../application/errors.js';
import { pause } from '../../../application/pause.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../../../application/ports/event-store.js';
import type { Connections } from './connections.js';
import {
  BEFORE_ALL,
  comparePlaces,
  isAfter,
  placeOf,
  positionOf,
  startOf,
  type Place,
} from './positions.js';
import { isProbe } from './probe.js';
import { READ_SILENCE_MS, withRetries } from './retries.js';
import { placeOfEvent, readRecord } from './stored-event.js';
import { Subscription, type SubscriptionRange } from './subscription.js';
import { withoutSilence } from './without-silence.js';

const BATCH_EVENTS_DEFAULT = 500;
const BATCH_EVENTS_MAX = 10_000;

/** Records that are looked at in one round trip, whether they match or not. */
const PAGE_RECORDS = 1_000;

/** Looking for the newest event, so many records of the server's own are passed over in one read. */
const HEAD_RECORDS_MAX = 4_096;

const RESUBSCRIBE_DELAY_MIN_MS = 100;
const RESUBSCRIBE_DELAY_MAX_MS = 5_000;

interface Page {
  readonly events: readonly RecordedEvent[];
  /** How far it has looked. */
  readonly place: Place;
  readonly isLast: boolean;
}

/** The feed of a ledger in EventStoreDB: `$all`, filtered by the server where it can. */
export class EventStoreDbEventFeed implements EventFeed {
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    let range = checkOptions(options);
    const signal = AbortSignal.any([options.signal, this.#connections.closing]);
    for (let failures = 0; !options.signal.aborted; failures++) {
      const connection = this.#connections.open();
      try {
        const subscription = new Subscription(connection.client, range, signal);
        for await (const batch of subscription.batches()) {
          range = { ...range, after: placeOf(batch.position) };
          failures = 0;
          yield batch;
        }
      } catch (error) {
        if (error instanceof ApplicationError) throw error;
      } finally {
        this.#connections.release(connection);
      }
      await pause(resubscribeDelayMs(failures), signal);
    }
  }

  async *readAll(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    let range = checkOptions(options);
    this.#connections.checkOpen();
    const upTo = await withRetries(this.#connections, newestPlace);
    for (let isLast = false; !isLast && !options.signal.aborted;) {
      const page = await withRetries(this.#connections, (client) =>
        readPage(client, range, upTo ?? BEFORE_ALL),
      );
      range = { ...range, after: page.place };
      isLast = page.isLast;
      for (const batch of batchesOf(page, range.eventsMax)) {
        if (options.signal.aborted) return;
        yield batch;
      }
    }
  }

  async head(): Promise<Position | undefined> {
    this.#connections.checkOpen();
    const newest = await withRetries(this.#connections, newestPlace);
    return newest === undefined ? undefined : positionOf(newest);
  }

  comparePositions(left: Position, right: Position): number {
    return comparePlaces(placeOf(left), placeOf(right));
  }
}

/** A page in parts that are no larger than the follower wants. */
function* batchesOf({ events, place, isLast }: Page, eventsMax: number): Generator<FeedBatch> {
  let start = 0;
  do {
    const part = events.slice(start, start + eventsMax);
    start += eventsMax;
    const isEnd = start >= events.length;
    const position = (isEnd ? undefined : part.at(-1)?.position) ?? positionOf(place);
    if (part.length > 0 || isLast) yield { events: part, position, caughtUp: isEnd && isLast };
  } while (start < events.length);
}

async function readPage(
  client: EventStoreDBClient,
  { prefixes, after }: SubscriptionRange,
  upTo: Place,
): Promise<Page> {
  const events: RecordedEvent[] = [];
  if (!isAfter(upTo, after)) return { events, place: after, isLast: true };
  const read = client.readAll({
    fromPosition: startOf(after),
    // A read includes the record at which it starts.
    maxCount: PAGE_RECORDS + 1,
    requiresLeader: true,
  });
  let place = after;
  for await (const resolved of withoutSilence(read, READ_SILENCE_MS)) {
    const here = placeOfEvent(resolved);
    if (!isAfter(here, after)) continue;
    if (isAfter(here, upTo)) break;
    place = here;
    const record = resolved.event;
    if (record !== undefined && prefixes.some((prefix) => record.streamId.startsWith(prefix))) {
      events.push(readRecord(record, here));
    }
  }
  if (place === after) throw new Error('the server ended a read without any answer');
  return { events, place, isLast: !isAfter(upTo, place) };
}

/** The place of the newest record that is neither the server's own nor our probe. */
async function newestPlace(client: EventStoreDBClient): Promise<Place | undefined> {
  let from: Place | undefined;
  for (;;) {
    const before = from;
    const read = client.readAll({
      direction: BACKWARDS,
      fromPosition: from ?? END,
      maxCount: HEAD_RECORDS_MAX,
      requiresLeader: true,
    });
    for await (const resolved of withoutSilence(read, READ_SILENCE_MS)) {
      from = placeOfEvent(resolved);
      const stream = resolved.event?.streamId ?? '';
      if (!stream.startsWith('$') && !isProbe(stream)) return from;
    }
    // Every log has records of the server itself.
    if (from === undefined) throw new Error('the server ended a read without any answer');
    if (from === before) return undefined;
  }
}

/** @throws RangeError for what no caller may ask for */
function checkOptions(options: FeedOptions): SubscriptionRange {
  const { prefixes, after, batchEventsMax: eventsMax = BATCH_EVENTS_DEFAULT } = options;
  if (prefixes.length === 0) throw new RangeError('a feed needs at least one prefix');
  if (!(Number.isInteger(eventsMax) && eventsMax >= 1 && eventsMax <= BATCH_EVENTS_MAX)) {
    throw new RangeError(`a batch holds 1 to ${BATCH_EVENTS_MAX} events, not ${eventsMax}`);
  }
  return { prefixes, eventsMax, after: after === undefined ? BEFORE_ALL : placeOf(after) };
}

/** Doubles with every failure, and varies so that many instances do not come back together. */
const resubscribeDelayMs = (failures: number): number =>
  Math.min(RESUBSCRIBE_DELAY_MIN_MS * 2 ** failures, RESUBSCRIBE_DELAY_MAX_MS) *
  (0.5 + Math.random() / 2);
