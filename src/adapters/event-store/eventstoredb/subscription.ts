import type { FeedBatch } from '../../../application/ports/event-feed.js';
import { REST_MS } from '../pages.js';
import type { StreamFilter } from './calls/read-requests.js';
import { leave, type ReadCall } from './calls/read-call.js';
import { NoAnswer } from './calls/idle-timeout.js';
import { isAfter, positionOf, type Place } from './positions.js';
import { placeOfRecord, streamOf, type StoredRecord } from './stored-event.js';

/** Selects records of `$all`, and turns them into events. */
export interface Selection<Event> {
  readonly filter: StreamFilter;
  readonly isWanted: (stream: string) => boolean;
  readonly read: (record: StoredRecord, place: Place) => Event;
}

export interface SubscriptionRange<Event> {
  readonly selection: Selection<Event>;
  /** Exclusive. */
  readonly after: Place;
  readonly eventsMax: number;
}

/** A healthy server confirms a subscription within this time. */
export const CONFIRM_WITHIN_MS = 2_000;

/**
 * Keep-alives detect a dead connection, but not a server that has lost a subscription. A subscription that is silent
 * for this long is started again, which costs a round trip or two.
 */
const QUIET_MAX_MS = 60_000;

/** While catching up, an incomplete batch waits this long for more events. */
const BATCH_LINGER_MS = 20;

/** The follower gets the position of the feed at this interval while no event matches. */
const PROGRESS_INTERVAL_MS = 1_000;

/** The subscription has ended. Another may continue after the last position. */
export class SubscriptionDropped extends Error {}

/** One subscription to `$all`, from after a position until it breaks. */
export class Subscription<Event> {
  readonly #call: ReadCall;
  readonly #signal: AbortSignal;
  readonly #eventsMax: number;
  readonly #selection: Selection<Event>;
  readonly #news = (): void => this.#wake();
  #wake = (): void => {};

  #isConfirmed = false;
  #isLive = false;
  #failure: unknown;

  #events: Event[] = [];
  /** The position that the server, and we with it, have reached. */
  #place: Place;
  #firstEventAtMs = 0;
  #heardAtMs = performance.now();
  #told: { readonly place: Place; readonly caughtUp: boolean; readonly atMs: number };

  constructor(call: ReadCall, range: SubscriptionRange<Event>, signal: AbortSignal) {
    this.#call = call;
    this.#signal = signal;
    this.#eventsMax = range.eventsMax;
    this.#selection = range.selection;
    this.#place = range.after;
    this.#told = { place: range.after, caughtUp: false, atMs: performance.now() };
    // These listeners are never removed: an error without a listener would end the process.
    call
      .on('readable', this.#news)
      .on('error', (error) => this.#end(error))
      .on('end', () => this.#end(new SubscriptionDropped('the server ended the subscription')));
  }

  /**
   * Catches up, then stays live until the signal aborts. It yields a batch on first being caught up, even an empty
   * one.
   * @throws the error that ended it, and UndecodableEvent
   */
  async *batches(): AsyncGenerator<FeedBatch<Event>, void, undefined> {
    this.#signal.addEventListener('abort', this.#news);
    try {
      while (!this.#signal.aborted) {
        const isDrained = this.#drain();
        const caughtUp = isDrained && this.#isLive;
        const waitMs = this.#batchDueAtMs(caughtUp) - performance.now();
        if (waitMs <= 0) {
          yield this.#batch(caughtUp);
          this.#heardAtMs = performance.now();
        } else {
          await this.#nextNews(Math.min(waitMs, this.#patienceMs()));
        }
      }
    } finally {
      this.#signal.removeEventListener('abort', this.#news);
      leave(this.#call);
    }
  }

  #end(failure: unknown): void {
    this.#failure ??= failure;
    this.#wake();
  }

  /** Takes arrived records, in order, up to a full batch. True when none is left. */
  #drain(): boolean {
    while (this.#events.length < this.#eventsMax) {
      const answer = this.#call.read();
      if (answer === null) return true;
      this.#heardAtMs = performance.now();
      const record = answer.getEvent()?.getEvent();
      const checkpoint = answer.getCheckpoint();
      if (record !== undefined) this.#take(record);
      else if (checkpoint !== undefined) {
        this.#moveTo({
          commit: BigInt(checkpoint.getCommitPosition()),
          prepare: BigInt(checkpoint.getPreparePosition()),
        });
      } else if (answer.hasConfirmation()) this.#isConfirmed = true;
      else if (answer.hasCaughtUp()) this.#isLive = true;
      else if (answer.hasFellBehind()) this.#isLive = false;
    }
    return this.#call.readableLength === 0;
  }

  /** Drops records at or before the wanted position: an earlier start delivers them again. */
  #take(record: StoredRecord): void {
    const place = placeOfRecord(record);
    if (!this.#moveTo(place) || !this.#selection.isWanted(streamOf(record))) return;
    if (this.#events.length === 0) this.#firstEventAtMs = this.#heardAtMs;
    this.#events.push(this.#selection.read(record, place));
  }

  #moveTo(place: Place): boolean {
    const isNew = isAfter(place, this.#place);
    if (isNew) this.#place = place;
    return isNew;
  }

  /** Returns the deadline of the next batch, unless news comes before. */
  #batchDueAtMs(caughtUp: boolean): number {
    if (this.#events.length > 0) {
      if (this.#events.length >= this.#eventsMax) return 0;
      if (!caughtUp) return this.#firstEventAtMs + BATCH_LINGER_MS;
      return this.#told.caughtUp ? this.#told.atMs + REST_MS : 0;
    }
    if (caughtUp && !this.#told.caughtUp) return 0;
    return isAfter(this.#place, this.#told.place)
      ? this.#told.atMs + PROGRESS_INTERVAL_MS
      : Infinity;
  }

  #batch(caughtUp: boolean): FeedBatch<Event> {
    const batch = { events: this.#events, position: positionOf(this.#place), caughtUp };
    this.#events = [];
    this.#told = { place: this.#place, caughtUp, atMs: performance.now() };
    return batch;
  }

  /** Returns how much longer the server may be silent. @throws the error that ended the subscription */
  #patienceMs(): number {
    if (this.#failure !== undefined) throw this.#failure;
    const limitMs = this.#isConfirmed ? QUIET_MAX_MS : CONFIRM_WITHIN_MS;
    const leftMs = this.#heardAtMs + limitMs - performance.now();
    if (leftMs <= 0) throw new NoAnswer(limitMs);
    return leftMs;
  }

  #nextNews(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, Math.ceil(withinMs));
      this.#wake = done;
    });
  }
}
