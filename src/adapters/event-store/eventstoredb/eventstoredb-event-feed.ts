import { pause } from '../../../application/pause.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../../../application/ports/event-store.js';
import type { StoredEvent, StoredEvents } from '../../../application/ports/stored-events.js';
import type { FirstEvent } from '../first-event-origin.js';
import { batchSizeOf } from '../pages.js';
import { answersOf, openedWithin } from './calls/read-call.js';
import { NoAnswer } from './calls/idle-timeout.js';
import { allRequest, streamRequest, subscriptionRequest } from './calls/read-requests.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import {
  BEFORE_ALL,
  comparePlaces,
  isAfter,
  placeOf,
  positionOf,
  type Place,
} from './positions.js';
import { isProbe } from './probe.js';
import { asApplicationError, isFinal, patiently, promptly, within } from './retries.js';
import { serverTraitsOf } from './server-version.js';
import {
  placeOfRecord,
  readRecord,
  recordOf,
  storedRecord,
  streamOf,
  writtenAt,
} from './stored-event.js';
import { CONFIRM_WITHIN_MS, Subscription, type SubscriptionRange } from './subscription.js';

/** Stored events of one batch. */
const STORED_EVENTS = 10_000;

/** Records that are read in one round trip, matching or not. */
const PAGE_RECORDS = 1_000;

/** Records that are read in one round trip of a search for the newest event. */
const LOOK_BACK_RECORDS = 250;

const RESUBSCRIBE_DELAY_MIN_MS = 100;
const RESUBSCRIBE_DELAY_MAX_MS = 5_000;

/** A server may search its whole log for one matching event, and answers nothing until it has found one. */
const SEARCH_SILENCE_MS = 60_000;

/** Every event knows its position. */
interface Placed {
  readonly position: Position;
}

interface Page<Event> {
  readonly events: readonly Event[];
  /** The position that the search has reached. */
  readonly place: Place;
  readonly isLast: boolean;
}

/** The feed of a ledger in EventStoreDB: `$all`, filtered by the server where it can. */
export class EventStoreDbEventFeed implements EventFeed {
  readonly #connections: Connections;
  /** The last search for each set of prefixes. */
  readonly #searched = new Map<string, Searched>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* this.#follow(rangeOf(options), options.signal);
  }

  async *#follow<Event extends Placed>(
    from: SubscriptionRange<Event>,
    until: AbortSignal,
  ): AsyncGenerator<FeedBatch<Event>, void, undefined> {
    let range = from;
    /** The last delivered event, which therefore matches. */
    let lastEvent: Place | undefined;
    const signal = AbortSignal.any([until, this.#connections.closing]);
    for (let failures = 0; !until.aborted; failures++) {
      const connection = this.#connections.open();
      try {
        const subscription = await subscribe(connection, range, lastEvent, signal);
        for await (const batch of subscription.batches()) {
          const { position: last } = batch.events.at(-1) ?? {};
          if (last !== undefined) lastEvent = placeOf(last);
          range = { ...range, after: placeOf(batch.position) };
          failures = 0;
          yield batch;
        }
      } catch (error) {
        if (isFinal(error)) throw asApplicationError(error);
      } finally {
        this.#connections.release(connection);
      }
      await pause(resubscribeDelayMs(failures), signal);
    }
  }

  async *readAll(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* this.#readAll(rangeOf(options), options.signal);
  }

  /** Every event as it is stored, but those of the server and of the probe. */
  get stored(): StoredEvents {
    return {
      follow: ({ after, signal }) => this.#follow(storedRange(after), signal),
      readAll: ({ after, signal }) => this.#readAll(storedRange(after), signal),
      stream: (name) => this.#storedStream(name),
      comparePositions: (left, right) => this.comparePositions(left, right),
    };
  }

  async *#readAll<Event extends Placed>(
    range: SubscriptionRange<Event>,
    signal: AbortSignal,
  ): AsyncGenerator<FeedBatch<Event>, void, undefined> {
    this.#connections.checkOpen();
    try {
      yield* this.#pages(range, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #storedStream(name: string): Promise<readonly StoredEvent[]> {
    this.#connections.checkOpen();
    return promptly(this.#connections, async (connection, silenceMs) => {
      const events: StoredEvent[] = [];
      const call = connection.read(streamRequest(name), { requiresLeader: true });
      for await (const answer of answersOf(call, silenceMs)) {
        const record = recordOf(answer);
        if (record !== undefined) events.push(storedRecord(record, placeOfRecord(record)));
      }
      return events;
    });
  }

  async *#pages<Event extends Placed>(
    from: SubscriptionRange<Event>,
    signal: AbortSignal,
  ): AsyncGenerator<FeedBatch<Event>, void, undefined> {
    let range = from;
    const look = (back: LookBack): Promise<LookedBack> =>
      patiently(
        this.#connections,
        (connection, silenceMs) => lookBack(connection, silenceMs, back),
        signal,
      );
    const upTo = (await searchBack(look, isOfAnyApplication)).newest ?? BEFORE_ALL;
    for (let isLast = false; !isLast && !signal.aborted;) {
      const page = await patiently(
        this.#connections,
        (connection, silenceMs) => readPage(connection, range, upTo, silenceMs),
        signal,
      );
      range = { ...range, after: page.place };
      isLast = page.isLast;
      for (const batch of batchesOf(page, range.eventsMax)) {
        if (signal.aborted) return;
        yield batch;
      }
    }
  }

  async head(prefixes?: readonly string[]): Promise<Position | undefined> {
    this.#connections.checkOpen();
    const look = (from: LookBack): Promise<LookedBack> =>
      promptly(this.#connections, (connection, silenceMs) => lookBack(connection, silenceMs, from));
    if (prefixes === undefined)
      return asPosition((await searchBack(look, isOfAnyApplication)).newest);
    // Others may write much to the same server, so each range is searched only once.
    const key = prefixes.join(' ');
    const isOurs = (stream: string): boolean =>
      prefixes.some((prefix) => stream.startsWith(prefix));
    const searched = await searchBack(look, isOurs, this.#searched.get(key));
    this.#searched.set(key, searched);
    return asPosition(searched.newest);
  }

  /**
   * Returns the first event of such streams, or undefined. The server searches for it, so millions of events of
   * others before it cost no transfer.
   * @throws StoreUnavailable, or the reason of `signal`
   */
  firstEvent(prefixes: readonly string[], signal: AbortSignal): Promise<FirstEvent | undefined> {
    this.#connections.checkOpen();
    const read = (connection: Connection): Promise<FirstEvent | undefined> =>
      readFirst(connection, prefixes, signal);
    return patiently(this.#connections, read, signal);
  }

  comparePositions(left: Position, right: Position): number {
    return comparePlaces(placeOf(left), placeOf(right));
  }
}

/** Splits a page into batches of at most the size that the follower asked for. */
function* batchesOf<Event extends Placed>(
  { events, place, isLast }: Page<Event>,
  eventsMax: number,
): Generator<FeedBatch<Event>> {
  let start = 0;
  do {
    const part = events.slice(start, start + eventsMax);
    start += eventsMax;
    const isEnd = start >= events.length;
    const position = (isEnd ? undefined : part.at(-1)?.position) ?? positionOf(place);
    if (part.length > 0 || isLast) yield { events: part, position, caughtUp: isEnd && isLast };
  } while (start < events.length);
}

/** @throws Refusal, or the failure of the server or the connection */
async function subscribe<Event>(
  connection: Connection,
  range: SubscriptionRange<Event>,
  lastEvent: Place | undefined,
  signal: AbortSignal,
): Promise<Subscription<Event>> {
  const { beginsExactly } = await within(
    CONFIRM_WITHIN_MS,
    serverTraitsOf(connection),
    () => new NoAnswer(CONFIRM_WITHIN_MS),
  );
  const from = beginsExactly ? range.after : (lastEvent ?? (await anchorOf(connection, range)));
  const request = subscriptionRequest(from, range.selection.filter);
  const opening = connection.read(request, { requiresLeader: false });
  return new Subscription(await openedWithin(CONFIRM_WITHIN_MS, opening), range, signal);
}

/** Returns the place of the last matching event before the range, or the beginning of the log. */
async function anchorOf<Event>(
  connection: Connection,
  { selection: { filter }, after }: SubscriptionRange<Event>,
): Promise<Place> {
  if (comparePlaces(after, BEFORE_ALL) === 0) return BEFORE_ALL;
  const request = allRequest({ from: after, direction: 'backwards', countMax: 1, filter });
  const call = connection.read(request, { requiresLeader: false });
  for await (const answer of answersOf(call, SEARCH_SILENCE_MS)) {
    const record = recordOf(answer);
    if (record !== undefined) return placeOfRecord(record);
  }
  return BEFORE_ALL;
}

async function readFirst(
  connection: Connection,
  prefixes: readonly string[],
  signal: AbortSignal,
): Promise<FirstEvent | undefined> {
  const request = allRequest({ from: BEFORE_ALL, countMax: 1, filter: prefixes });
  const call = connection.read(request, { requiresLeader: true });
  for await (const answer of answersOf(call, SEARCH_SILENCE_MS, signal)) {
    const record = recordOf(answer);
    if (record === undefined) continue;
    return { id: record.getId()?.getString() ?? '', written: writtenAt(record) };
  }
  return undefined;
}

async function readPage<Event>(
  connection: Connection,
  { selection, after }: SubscriptionRange<Event>,
  upTo: Place,
  silenceMs: number,
): Promise<Page<Event>> {
  const events: Event[] = [];
  if (!isAfter(upTo, after)) return { events, place: after, isLast: true };
  // A read includes the record at which it starts.
  const request = allRequest({ from: after, countMax: PAGE_RECORDS + 1 });
  let place = after;
  const call = connection.read(request, { requiresLeader: true });
  for await (const answer of answersOf(call, silenceMs)) {
    const record = recordOf(answer);
    if (record === undefined) continue;
    const here = placeOfRecord(record);
    if (!isAfter(here, after)) continue;
    if (isAfter(here, upTo)) break;
    place = here;
    if (selection.isWanted(streamOf(record))) events.push(selection.read(record, here));
  }
  if (place === after) throw new Error('the server ended a read without any answer');
  return { events, place, isLast: !isAfter(upTo, place) };
}

const asPosition = (place: Place | undefined): Position | undefined =>
  place === undefined ? undefined : positionOf(place);

/** True for a stream that is neither the server's own nor our probe. */
const isOfAnyApplication = (stream: string): boolean => !stream.startsWith('$') && !isProbe(stream);

/** The result of a backward search from the end of the log. */
interface Searched {
  /** Place of the newest record of all. */
  readonly end: Place;
  /** Place of the newest matching record. */
  readonly newest: Place | undefined;
}

interface LookBack {
  /** Exclusive; without it, from the end. */
  readonly before: Place | undefined;
  readonly isWanted: (stream: string) => boolean;
  /** The position where the earlier search began. */
  readonly stopAt: Place | undefined;
}

interface LookedBack {
  readonly first: Place | undefined;
  readonly found: Place | undefined;
  readonly last: Place | undefined;
  readonly hasStopped: boolean;
}

/** @param earlier an earlier search for the same records, where this one may stop */
async function searchBack(
  look: (from: LookBack) => Promise<LookedBack>,
  isWanted: (stream: string) => boolean,
  earlier?: Searched,
): Promise<Searched> {
  let end: Place | undefined;
  let before: Place | undefined;
  for (;;) {
    const { first, found, last, hasStopped } = await look({
      before,
      isWanted,
      stopAt: earlier?.end,
    });
    end ??= first;
    // Every log has records of the server itself, so an empty read is a fault.
    if (end === undefined) throw new Error('the server ended a read without any answer');
    if (found !== undefined) return { end, newest: found };
    if (hasStopped) return { end, newest: earlier?.newest };
    if (last === undefined) return { end, newest: undefined };
    before = last;
  }
}

async function lookBack(
  connection: Connection,
  silenceMs: number,
  { before, isWanted, stopAt }: LookBack,
): Promise<LookedBack> {
  const from = before ?? 'end';
  const request = allRequest({ from, direction: 'backwards', countMax: LOOK_BACK_RECORDS });
  const call = connection.read(request, { requiresLeader: true });
  let first: Place | undefined;
  let last: Place | undefined;
  for await (const answer of answersOf(call, silenceMs)) {
    const record = recordOf(answer);
    if (record === undefined) continue;
    last = placeOfRecord(record);
    first ??= last;
    const hasStopped = stopAt !== undefined && comparePlaces(last, stopAt) <= 0;
    const found = !hasStopped && isWanted(streamOf(record)) ? last : undefined;
    if (hasStopped || found !== undefined) return { first, found, last, hasStopped };
  }
  return { first, found: undefined, last, hasStopped: false };
}

/** @throws RangeError for options that no caller may pass */
function rangeOf(options: FeedOptions): SubscriptionRange<RecordedEvent> {
  const { prefixes, after } = options;
  const eventsMax = batchSizeOf(options);
  const selection = {
    filter: prefixes,
    isWanted: (stream: string) => prefixes.some((prefix) => stream.startsWith(prefix)),
    read: readRecord,
  };
  return { selection, eventsMax, after: after === undefined ? BEFORE_ALL : placeOf(after) };
}

const storedRange = (after: Position | undefined): SubscriptionRange<StoredEvent> => ({
  selection: { filter: 'not-of-the-server', isWanted: isOfAnyApplication, read: storedRecord },
  eventsMax: STORED_EVENTS,
  after: after === undefined ? BEFORE_ALL : placeOf(after),
});

/** Doubles with every failure, with jitter so that many instances do not reconnect together. */
const resubscribeDelayMs = (failures: number): number =>
  Math.min(RESUBSCRIBE_DELAY_MIN_MS * 2 ** failures, RESUBSCRIBE_DELAY_MAX_MS) *
  (0.5 + Math.random() / 2);
