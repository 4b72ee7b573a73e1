import {
  streamNameFilter,
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import type { FeedBatch } from '../../../application/ports/event-feed.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import { isAfter, positionOf, startOf, type Place } from './positions.js';
import { NoAnswer } from './silence.js';
import { placeOfEvent, readRecord } from './stored-event.js';

export interface SubscriptionRange {
  readonly prefixes: readonly string[];
  /** Exclusive. */
  readonly after: Place;
  readonly eventsMax: number;
}

/** The server confirms a subscription at once, or something is wrong. */
const CONFIRM_WITHIN_MS = 2_000;

/**
 * Keep-alives find a connection that is dead, but not a server that has forgotten a subscription. One
 * that says nothing for so long is begun anew, which costs a round trip or two.
 */
const QUIET_MAX_MS = 60_000;

/** While catching up, a batch waits so long for more before it is handed over. */
const BATCH_LINGER_MS = 20;

/** Where nothing matches, the follower is told so often how far the feed has looked. */
const PROGRESS_INTERVAL_MS = 1_000;

/** Records that the server looks at before it says how far it got. */
const SEARCH_WINDOW_RECORDS = 256;

/** What is held here for a slow follower. The rest stays with the server. */
const BUFFERED_EVENTS_MAX = 256;

/** The subscription is over. Another may continue after the last position. */
export class SubscriptionDropped extends Error {}

/** One subscription to `$all`, from after a position until it breaks. */
export class Subscription {
  readonly #subscription: AllStreamSubscription;
  readonly #signal: AbortSignal;
  readonly #eventsMax: number;
  readonly #news = (): void => this.#wake();
  #wake = (): void => {};

  #isConfirmed = false;
  #isLive = false;
  #failure: unknown;
  /** How far the server says that it has looked. */
  #checkpoint: Place;

  #events: RecordedEvent[] = [];
  #place: Place;
  #firstEventAtMs = 0;
  #heardAtMs = performance.now();
  #told: { readonly place: Place; readonly caughtUp: boolean; readonly atMs: number };

  constructor(client: EventStoreDBClient, range: SubscriptionRange, signal: AbortSignal) {
    this.#signal = signal;
    this.#eventsMax = range.eventsMax;
    this.#place = range.after;
    this.#checkpoint = range.after;
    this.#told = { place: range.after, caughtUp: false, atMs: performance.now() };
    this.#subscription = client.subscribeToAll(
      {
        fromPosition: startOf(range.after),
        filter: streamNameFilter({
          prefixes: [...range.prefixes],
          maxSearchWindow: SEARCH_WINDOW_RECORDS,
          checkpointReached: async (_, place) => {
            this.#checkpoint = place;
            this.#wake();
          },
        }),
      },
      { highWaterMark: BUFFERED_EVENTS_MAX },
    );
    this.#listen();
  }

  /**
   * Catches up, then stays live until the signal aborts. On first being caught up it yields a batch,
   * if need be an empty one.
   * @throws whatever ended it, and UndecodableEvent
   */
  async *batches(): AsyncGenerator<FeedBatch, void, undefined> {
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
      this.#subscription.unsubscribe().catch(() => {});
      this.#subscription.destroy();
    }
  }

  /** These listeners stay for good: an error that nobody listens to would end the process. */
  #listen(): void {
    this.#subscription
      .on('readable', this.#news)
      .on('confirmation', () => {
        this.#isConfirmed = true;
      })
      .on('caughtUp', () => {
        this.#isLive = true;
        this.#wake();
      })
      .on('fellBehind', () => {
        this.#isLive = false;
      })
      .on('error', (error) => {
        this.#failure ??= error;
        this.#wake();
      })
      .on('end', () => {
        this.#failure ??= new SubscriptionDropped('the server ended the subscription');
        this.#wake();
      });
  }

  /** Takes what has arrived, up to a full batch. True when nothing is left behind. */
  #drain(): boolean {
    while (this.#events.length < this.#eventsMax) {
      const resolved = this.#subscription.read() as AllStreamResolvedEvent | null;
      if (resolved === null) break;
      this.#take(resolved);
    }
    // What the server says overtakes the events that wait here, so it counts when there are none.
    const isDrained = this.#subscription.readableLength === 0;
    if (isDrained && isAfter(this.#checkpoint, this.#place)) {
      this.#place = this.#checkpoint;
      this.#heardAtMs = performance.now();
    }
    return isDrained;
  }

  #take(resolved: AllStreamResolvedEvent): void {
    this.#heardAtMs = performance.now();
    const place = placeOfEvent(resolved);
    if (resolved.event === undefined || !isAfter(place, this.#place)) return;
    if (this.#events.length === 0) this.#firstEventAtMs = this.#heardAtMs;
    this.#place = place;
    this.#events.push(readRecord(resolved.event, place));
  }

  /** When the next batch must be handed over, unless there is news before. */
  #batchDueAtMs(caughtUp: boolean): number {
    if (this.#events.length > 0) {
      const isReady = caughtUp || this.#events.length >= this.#eventsMax;
      return isReady ? 0 : this.#firstEventAtMs + BATCH_LINGER_MS;
    }
    if (caughtUp && !this.#told.caughtUp) return 0;
    return isAfter(this.#place, this.#told.place)
      ? this.#told.atMs + PROGRESS_INTERVAL_MS
      : Infinity;
  }

  #batch(caughtUp: boolean): FeedBatch {
    const batch = { events: this.#events, position: positionOf(this.#place), caughtUp };
    this.#events = [];
    this.#told = { place: this.#place, caughtUp, atMs: performance.now() };
    return batch;
  }

  /** How much longer the server may be silent. @throws whatever ended the subscription */
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
