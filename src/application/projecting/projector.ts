import { pause } from '../pause.js';
import type { Clock } from '../ports/clock.js';
import type { EventFeed, FeedBatch } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { ProjectionMoved, ProjectionOutdated, RowsRefused } from '../ports/projection-store.js';
import { applyEvents } from './apply-events.js';
import type { Projection } from './projection.js';

const BATCH_EVENTS_MAX = 2_000;
const RETRY_DELAY_MS_MAX = 5_000;
/** A live projection moves on some times a second, and a retry takes less than that. */
const RETRY_TRIES_MAX = 20;

/** How far the read models are behind the ledger. */
export interface ProjectionLag {
  /** Events that are known to wait and are not applied yet; there may be more. */
  readonly events: number;
  /**
   * Age of the oldest of them, by our own clock. On an instance that does not keep the read models: how
   * long ago it saw them at the end of the ledger.
   */
  readonly seconds: number;
}

export interface RetriedEvents {
  readonly streams: number;
  /** Events that could again not be handled. */
  readonly stillParked: number;
}

/** What others need of the projector, wherever it runs. */
export interface ProjectorControl {
  /** Until `signal` aborts; resolves when the transaction that is under way then has ended. */
  run(signal: AbortSignal): Promise<void>;
  readonly lag: ProjectionLag;
  /** Looks again which copies are in use. */
  restart(): void;
  retryParked(read: (stream: string) => Promise<readonly RecordedEvent[]>): Promise<RetriedEvents>;
  /** Calls after every committed batch. @returns a function that ends it */
  onProgress(listener: () => void): () => void;
}

/**
 * Follows the ledger and keeps the read models. Each projection has a position of its own, written
 * together with its rows; a fault of the store makes it go on from there, so each event counts once.
 */
export class Projector implements ProjectorControl {
  private restarting = new AbortController();
  private readonly listeners = new Set<() => void>();
  /** Where the batch at hand begins. */
  private previousPosition: Position | undefined;
  private turn: Promise<void> = Promise.resolve();
  private positions = new Map<Projection, Position | undefined>();
  /** `recordedAt` of the newest event applied; undefined while nothing waits. */
  private behindSince: string | undefined;
  private waiting = 0;
  /** Everything that was acknowledged before is in the read models, as far as the projector can tell. */
  private asOf = new Date(0).toISOString();
  private readonly health: HealthReporter;

  constructor(
    private readonly feed: EventFeed,
    private readonly projections: readonly Projection[],
    private readonly clock: Clock,
    private readonly logger: Logger,
    health: Health,
    /** How many events stand behind a position, where the ledger can tell. */
    private readonly eventsAfter?: (position: Position | undefined) => number,
  ) {
    this.health = health.reporter('projector', ['readModels', 'sending']);
  }

  get lag(): ProjectionLag {
    if (this.behindSince === undefined) return { events: 0, seconds: 0 };
    const age = this.clock.now().getTime() - Date.parse(this.behindSince);
    return { events: this.waiting, seconds: Math.max(0, age / 1000) };
  }

  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await this.followFromPositions(signal, () => {
          failures = 0;
          this.health.working();
        });
      } catch (error) {
        if (signal.aborted) return;
        // Another copy is in use, or another writer was quicker: only look again where to go on.
        if (error instanceof ProjectionMoved) continue;
        failures++;
        this.health.report('failing', error instanceof Error ? error.message : String(error));
        // Whether anything waits is not known until it has looked; that must not pass for nothing.
        this.behindSince ??= this.clock.now().toISOString();
        this.waiting ||= 1;
        this.logger.error({ error, failures }, 'The projector failed; it goes on where it stood.');
        const pauseMs = Math.min(RETRY_DELAY_MS_MAX, 50 * 2 ** failures);
        await pause(pauseMs, signal);
      }
    }
  }

  /** Looks again which copies are in use, and goes on where they stand. */
  restart(): void {
    this.restarting.abort();
  }

  onProgress(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /**
   * Tries again what could not be handled: each stream with such events is derived anew.
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
   * Another instance may bring the projection forward meanwhile: then once more, from where it stands now.
   * @returns how many events could again not be handled; undefined when the database refuses their rows
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
          // What the store remembers of these rows was never written.
          await projection.resume();
          return undefined;
        }
        if (!(error instanceof ProjectionMoved) || tries === RETRY_TRIES_MAX) throw error;
      }
    }
  }

  /** A batch and a retry change the same rows, so they take turns. */
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
      ...(after === undefined ? {} : { after }),
    };
    for await (const batch of this.feed.follow(options)) {
      await this.exclusively(() => this.apply(batch));
      succeeded();
    }
  }

  private async resume(projection: Projection): Promise<void> {
    this.positions.delete(projection);
    try {
      const progress = await projection.resume();
      this.positions.set(projection, progress?.position);
      if (progress !== undefined && progress.asOf > this.asOf) this.asOf = progress.asOf;
    } catch (error) {
      // Its old copy goes on answering, and stands still until the rebuild has made a new one.
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
   * What was recorded before the newest event was committed before it too. A time that is still to come was stamped by
   * a clock that was wrong. That the ledger holds no more is for `Freshness` to say: here it may have grown meanwhile.
   */
  private included(newest: string | undefined): string | undefined {
    const now = this.clock.now().toISOString();
    return newest !== undefined && newest > now ? now : newest;
  }

  private async applyTo(projection: Projection, batch: FeedBatch, asOf: string): Promise<void> {
    const position = this.positions.get(projection);
    if (position !== undefined && this.feed.comparePositions(batch.position, position) <= 0) return;
    // Only where projections resumed at different positions can a batch hold what one has seen already.
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
      this.logger.error(
        { projection: projection.name, parked },
        'Events could not be projected; they are parked and can be retried.',
      );
    }
  }

  /** Where the projection stands that has come the least far; undefined when one has not begun. */
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
