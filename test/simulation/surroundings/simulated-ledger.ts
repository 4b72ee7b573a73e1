import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedStoredEvents } from '../../../src/adapters/event-store/paged-stored-events.js';
import { numberOf } from '../../../src/adapters/event-store/paged-event-feed.js';
import { AppendOutcomeUnknown, StoreUnavailable } from '../../../src/application/errors.js';
import type {
  EventFeed,
  FeedBatch,
  FeedOptions,
} from '../../../src/application/ports/event-feed.js';
import type {
  AppendedEvent,
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  Position,
  RecordedEvent,
  StoredStream,
} from '../../../src/application/ports/event-store.js';
import { LEDGER_STREAMS } from '../../../src/application/streams.js';
import type { CallTimes, Life, Scheduler } from '../scheduler.js';
import type { Names } from '../names.js';
import type { Story } from '../story.js';

/** In so many of a hundred calls. */
export interface StoreFaults {
  /** A read or an append that certainly did nothing. */
  readonly unavailable: number;
  /** The answer to an append is lost, before or after its commit. */
  readonly answerLost: number;
  /** A call takes seconds. */
  readonly slow: number;
}

/** Sees every call of an instance to the ledger. */
export interface LedgerWatcher {
  hasRead(life: Life, stream: string, stored: StoredStream): void;
  hasAppended(stream: string, events: readonly NewEvent[]): void;
  isAppending(life: Life, stream: string, events: readonly NewEvent[]): void;
}

const SLOW_MS_MAX = 6_000;
const BATCH_EVENTS_DEFAULT = 500;

/** One ledger for all instances, over a network that delays, loses and refuses. It outlives every one of them. */
export class SimulatedLedger {
  readonly memory = new MemoryEventStore();
  private readonly followers = new Set<{ readonly life: Life; readonly wake: () => void }>();
  private readonly failedAtMs = new Map<Life, number>();
  faults: StoreFaults = { unavailable: 0, answerLost: 0, slow: 0 };
  /** These do not reach it. */
  readonly cutOff = new Set<Life>();
  /** Nobody reaches it. */
  isAway = false;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly story: Story,
    private readonly names: Names,
    private readonly watcher: LedgerWatcher,
  ) {}

  /** Everything that is recorded, in order. */
  all(): readonly RecordedEvent[] {
    const upTo = this.memory.head();
    const events: RecordedEvent[] = [];
    for (let after = 0; after < upTo;) {
      const page = this.memory.page({ after, upTo, prefixes: LEDGER_STREAMS, eventsMax: 10_000 });
      events.push(...page.events);
      after = page.position;
    }
    return events;
  }

  /** The ledger without the network in between. */
  get ledger() {
    return {
      origin: () => this.memory.origin(),
      stored: new PagedStoredEvents(this.memory.stored),
    };
  }

  storeFor(life: Life): EventStore {
    return {
      read: async (stream) => {
        const stored = await this.scheduler.call(life, this.times(), () => {
          this.mayBeUnavailable(life);
          return this.memory.read(stream);
        });
        this.watcher.hasRead(life, stream, stored);
        return stored;
      },
      append: (stream, events, expected) => {
        this.watcher.isAppending(life, stream, events as readonly NewEvent[]);
        return this.scheduler.call(life, this.times(), () =>
          this.append(life, stream, events, expected),
        );
      },
      checkWritable: () =>
        this.scheduler.call(life, this.times(), () => this.mayBeUnavailable(life)),
      close: () => Promise.resolve(),
    };
  }

  feedFor(life: Life): EventFeed {
    return {
      follow: (options) => this.follow(life, options),
      readAll: (options) => this.readAll(life, options),
      head: () =>
        this.scheduler.call(life, this.times(), (): Position | undefined => {
          this.mayBeUnavailable(life);
          const head = this.memory.head();
          return head === 0 ? undefined : String(head);
        }),
      comparePositions: (left, right) => numberOf(left) - numberOf(right),
    };
  }

  private async append(
    life: Life,
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const { scheduler } = this;
    if (life.isOver && scheduler.chance(50)) throw new StoreUnavailable('its writer was killed');
    this.mayBeUnavailable(life);
    const isLost = scheduler.chance(this.faults.answerLost);
    const lost = (): AppendOutcomeUnknown => new AppendOutcomeUnknown(stream, 'no answer came');
    if (isLost && scheduler.chance(50)) throw lost();
    const what = events.map((event) => ('event' in event ? this.names.event(event.event) : '?'));
    let result: AppendResult;
    try {
      result = await this.memory.append(stream, events, expected);
    } catch (error) {
      this.story.tell(life.name, `conflicts on ${this.names.stream(stream)}: ${what.join(', ')}`);
      throw error;
    }
    this.story.tell(life.name, `${this.names.stream(stream)}: ${what.join(', ')}`);
    this.watcher.hasAppended(stream, events as readonly NewEvent[]);
    for (const { wake } of this.followers) wake();
    if (isLost) throw lost();
    return result;
  }

  private async *follow(
    life: Life,
    { prefixes, after, signal, batchEventsMax: eventsMax = BATCH_EVENTS_DEFAULT }: FeedOptions,
  ): AsyncGenerator<FeedBatch, void, undefined> {
    let position = after === undefined ? 0 : numberOf(after);
    let isTold = false;
    while (!signal.aborted) {
      const page = await this.scheduler.call(life, this.times(), () => {
        const upTo = this.memory.head();
        const read = this.memory.page({ after: position, upTo, prefixes, eventsMax });
        return { ...read, caughtUp: read.position >= upTo };
      });
      position = page.position;
      if (page.events.length > 0 || (page.caughtUp && !isTold)) {
        isTold = page.caughtUp;
        yield { events: page.events, position: String(position), caughtUp: page.caughtUp };
      } else if (page.caughtUp) await this.nextChange(life, position, signal);
    }
  }

  private async *readAll(
    life: Life,
    { prefixes, after, batchEventsMax: eventsMax = BATCH_EVENTS_DEFAULT }: FeedOptions,
  ): AsyncGenerator<FeedBatch, void, undefined> {
    let position = after === undefined ? 0 : numberOf(after);
    const upTo = this.memory.head();
    for (let caughtUp = false; !caughtUp;) {
      const page = await this.scheduler.call(life, this.times(), () =>
        this.memory.page({ after: position, upTo, prefixes, eventsMax }),
      );
      position = page.position;
      caughtUp = position >= upTo;
      yield { events: page.events, position: String(position), caughtUp };
    }
  }

  private nextChange(life: Life, after: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.memory.head() > after) return resolve();
      const end = (): void => {
        this.followers.delete(follower);
        signal.removeEventListener('abort', end);
        void this.scheduler.wait(life, this.scheduler.between(0.1, 5)).then(resolve);
      };
      const follower = { life, wake: end };
      this.followers.add(follower);
      signal.addEventListener('abort', end, { once: true });
    });
  }

  private mayBeUnavailable(life: Life): void {
    const isCutOff = this.isAway || this.cutOff.has(life);
    if (isCutOff || this.scheduler.chance(this.faults.unavailable)) {
      this.failedAtMs.set(life, this.scheduler.elapsedMs);
      throw new StoreUnavailable('the network is down');
    }
  }

  /** True for an instance of which a call failed in the last `withinMs`. */
  hasFailedWithin(life: Life, withinMs: number): boolean {
    return this.scheduler.elapsedMs - (this.failedAtMs.get(life) ?? -Infinity) < withinMs;
  }

  private times(): CallTimes {
    const { scheduler } = this;
    const time = (): number =>
      scheduler.chance(this.faults.slow)
        ? scheduler.between(100, SLOW_MS_MAX)
        : scheduler.between(0.1, 3);
    return { toEffect: time(), toAnswer: time() };
  }
}
