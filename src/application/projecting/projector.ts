import { kindOf, reasonOf } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventFeed, FeedBatch, ReadsPersonal } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { ProjectionMoved, ProjectionOutdated, RowsRefused } from '../ports/projection-store.js';
import { ThrottledLog } from '../throttled-log.js';
import { STANDBY_REASON } from '../background/loop.js';
import { applyEvents } from './apply-events.js';
import type { Projection } from './projection.js';

const BATCH_EVENTS_MAX = 2_000;
const RETRY_DELAY_MS_MAX = 5_000;
/** Enough tries: a live projection moves on a few times a second, and a retry takes less than that. */
const RETRY_TRIES_MAX = 20;

/** The lag of the read models behind the ledger. */
export interface ProjectionLag {
  /** Events that are known to wait and are not applied yet; there may be more. */
  readonly events: number;
  /**
   * Age of the oldest of them, by our own clock. On an instance that does not update the read models: the time since it
   * saw them at the end of the ledger.
   */
  readonly seconds: number;
}

/** The clocks, and the receivers of logs and health. */
export interface ProjectorSurroundings extends Clocks {
  readonly logger: Logger;
  readonly health: Health;
}

export interface RetriedEvents {
  readonly streams: number;
  /** Events that failed again. */
  readonly stillParked: number;
}

/** Controls the projector, in this thread or another one. */
export interface ProjectorControl {
  /** Runs until `signal` aborts; resolves when the current transaction has ended. */
  run(signal: AbortSignal): Promise<void>;
  readonly lag: ProjectionLag;
  /** Looks up again which copies are in use. */
  restart(): void;
  retryParked(read: (stream: string) => Promise<readonly RecordedEvent[]>): Promise<RetriedEvents>;
  /** Calls the listener after every committed batch. @returns a function that ends it */
  onProgress(listener: () => void): () => void;
}

/**
 * Follows the ledger and updates the read models. Each projection has a position of its own, written together with its
 * rows; after a fault of the store it resumes from there, so each event counts once.
 */
export class Projector implements ProjectorControl {
  private restarting = new AbortController();
  private readonly listeners = new Set<() => void>();
  /** The position before the current batch. */
  private previousPosition: Position | undefined;
  private turn: Promise<void> = Promise.resolve();
  private positions = new Map<Projection, Position | undefined>();
  /** `recordedAt` of the newest event applied; undefined while nothing waits. */
  private behindSince: string | undefined;
  private waiting = 0;
  /** Everything acknowledged before this time is in the read models, as far as the projector can tell. */
  private asOf = new Date(0).toISOString();
  private readonly health: HealthReporter;
  private readonly log: ThrottledLog;

  constructor(
    private readonly feed: EventFeed,
    private readonly projections: readonly Projection[],
    private readonly surroundings: ProjectorSurroundings,
    /** Counts the events after a position; absent when the ledger cannot tell. */
    private readonly eventsAfter?: (position: Position | undefined) => number,
  ) {
    this.health = surroundings.health.reporter('projector', ['readModels', 'sending']);
    this.log = new ThrottledLog(surroundings.logger);
  }

  get lag(): ProjectionLag {
    if (this.behindSince === undefined) return { events: 0, seconds: 0 };
    const age = this.surroundings.clock.now().getTime() - Date.parse(this.behindSince);
    return { events: this.waiting, seconds: Math.max(0, age / 1000) };
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.followUntil(signal);
    // A fault that ended the turn is none of this instance any more.
    this.health.report('standby', STANDBY_REASON);
  }

  private async followUntil(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.followFromPositions(signal, () => {
          failures = 0;
          this.health.working();
        });
      } catch (error) {
        if (signal.aborted) return;
        // Another copy is in use, or another writer was quicker: only resume from the new position.
        if (error instanceof ProjectionMoved) continue;
        failures++;
        this.health.report('failing', reasonOf(error));
        // Until the first look the lag is unknown, which must not pass for no lag.
        this.behindSince ??= this.surroundings.clock.now().toISOString();
        this.waiting ||= 1;
        const sentence = 'The projector failed; it goes on where it stood.';
        this.log.error(kindOf(error), { error, failures }, sentence);
        const pauseMs = Math.min(RETRY_DELAY_MS_MAX, 50 * 2 ** failures);
        await this.surroundings.monotonic.pause(pauseMs, signal);
      }
    }
  }

  /** Looks up again which copies are in use, and resumes from their positions. */
  restart(): void {
    this.restarting.abort();
  }

  onProgress(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Retries parked events: each stream with such events is derived anew.
   * @param read the whole stream
   */
  async retryParked(
    read: (stream: string) => Promise<readonly RecordedEvent[]>,
  ): Promise<RetriedEvents> {
    let streams = 0;
    let stillParked = 0;
    for (const projection of this.projections) {
      await this.exclusively(async () => {
        const parked = (await projection.resume()) && (await projection.parkedStreams());
        for (const [stream, events] of parked ?? []) {
          streams++;
          stillParked += (await this.retryStream(projection, stream, read)) ?? events;
        }
      });
    }
    return { streams, stillParked };
  }

  /**
   * Retries one stream, and repeats that from the new position when another instance has moved the projection.
   * @returns how many events failed again; undefined when the database refuses their rows
   */
  private async retryStream(
    projection: Projection,
    stream: string,
    read: (stream: string) => Promise<readonly RecordedEvent[]>,
  ): Promise<number | undefined> {
    for (let tries = 1; ; tries++) {
      const progress = await projection.resume();
      if (progress === undefined) return 0;
      const events = (await read(stream)).filter(
        ({ position }) => this.feed.comparePositions(position, progress.position) <= 0,
      );
      try {
        return await projection.retry(stream, events, progress);
      } catch (error) {
        if (error instanceof RowsRefused) {
          // The store's cached rows were never written, and `resume` discards them.
          await projection.resume();
          return undefined;
        }
        if (!(error instanceof ProjectionMoved) || tries === RETRY_TRIES_MAX) throw error;
      }
    }
  }

  /** Runs batches and retries one at a time, because they change the same rows. */
  private exclusively(work: () => Promise<void>): Promise<void> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async followFromPositions(stopping: AbortSignal, succeeded: () => void): Promise<void> {
    // Before the positions are read: a restart while they are read must not be lost.
    this.restarting = new AbortController();
    for (const projection of this.projections) {
      await this.resume(projection);
    }
    const after = this.earliest();
    this.previousPosition = after;
    const options = {
      prefixes: [...new Set(this.projections.map(({ prefix }) => prefix))],
      signal: AbortSignal.any([stopping, this.restarting.signal]),
      batchEventsMax: BATCH_EVENTS_MAX,
      readsPersonal: this.readsPersonal,
      after,
    };
    for await (const batch of this.feed.follow(options)) {
      await this.exclusively(() => this.apply(batch));
      succeeded();
    }
  }

  private readonly readsPersonal: ReadsPersonal = (event) =>
    this.projections.some(
      (projection) => event.stream.startsWith(projection.prefix) && projection.readsPersonal(event),
    );

  private async resume(projection: Projection): Promise<void> {
    this.positions.delete(projection);
    try {
      const progress = await projection.resume();
      this.positions.set(projection, progress?.position);
      if (progress !== undefined && progress.asOf > this.asOf) this.asOf = progress.asOf;
    } catch (error) {
      // The old copy still answers queries, without updates, until a rebuild has made a new one.
      if (!(error instanceof ProjectionOutdated)) throw error;
    }
  }

  private async apply(batch: FeedBatch): Promise<void> {
    const oldest = batch.events.find(({ damage }) => damage === undefined)?.metadata.recordedAt;
    this.behindSince = oldest ?? this.behindSince;
    this.waiting = this.eventsAfter?.(this.earliest()) ?? batch.events.length;
    const newest = batch.events.findLast(({ damage }) => damage === undefined)?.metadata.recordedAt;
    this.asOf = this.included(newest) ?? this.asOf;
    const { asOf } = this;
    for (const projection of this.positions.keys()) {
      await this.applyTo(projection, batch, asOf);
    }
    this.previousPosition = batch.position;
    if (batch.caughtUp) {
      this.behindSince = undefined;
      this.waiting = 0;
    } else {
      this.behindSince = newest ?? this.behindSince;
      this.waiting = this.eventsAfter?.(batch.position) ?? 0;
    }
    for (const listener of this.listeners) listener();
  }

  /**
   * Everything recorded before the newest event was also committed before it. A time in the future was stamped by a
   * wrong clock. Only `Freshness` may say that the ledger holds no more: here it may have grown meanwhile.
   */
  private included(newest: string | undefined): string | undefined {
    const now = this.surroundings.clock.now().toISOString();
    return newest !== undefined && newest > now ? now : newest;
  }

  private async applyTo(projection: Projection, batch: FeedBatch, asOf: string): Promise<void> {
    const position = this.positions.get(projection);
    if (position !== undefined && this.feed.comparePositions(batch.position, position) <= 0) return;
    // A batch can hold an event that one projection has seen only when they resumed at different positions.
    const isAllNew = position === this.previousPosition;
    const events = batch.events.filter(
      (event) =>
        event.stream.startsWith(projection.prefix) &&
        (isAllNew ||
          position === undefined ||
          this.feed.comparePositions(event.position, position) > 0),
    );
    const progress = { position: batch.position, asOf };
    const parked = await applyEvents(projection, events, position, progress);
    this.positions.set(projection, batch.position);
    if (parked > 0) {
      this.surroundings.logger.error(
        { projection: projection.name, parked },
        'Events could not be projected. They are parked: GET /v1/parked-events says why.',
      );
    }
  }

  /** The position of the projection that is furthest behind; undefined when one has not begun. */
  private earliest(): Position | undefined {
    const [first, ...others] = this.positions.values();
    let earliest = first;
    for (const position of others) {
      if (earliest === undefined || position === undefined) return undefined;
      if (this.feed.comparePositions(position, earliest) < 0) earliest = position;
    }
    return earliest;
  }
}
