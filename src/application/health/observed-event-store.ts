import { ConcurrencyConflict, InvalidAppend, StoreUnavailable } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  AppendedEvent,
  StoredStream,
} from '../ports/event-store.js';

/** Time for which a failed append or read counts, unless a later one succeeds. */
const FAILURE_MS_MAX = 5_000;

interface Failure {
  readonly error: unknown;
  readonly atMs: number;
}

/**
 * A ledger that remembers whether the last append failed. A full disk may have room for the few bytes of
 * `checkWritable` and none for a webhook, so its readiness also depends on the real appends.
 */
export class ObservedEventStore implements EventStore {
  private failure: Failure | undefined;
  private readFailure: Failure | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly clock: MonotonicClock,
  ) {}

  async read(stream: string): Promise<StoredStream> {
    try {
      const stored = await this.store.read(stream);
      // One damaged page must not make the instance unready for every other stream.
      this.readFailure = undefined;
      return stored;
    } catch (error) {
      if (error instanceof StoreUnavailable) this.readFailure = this.failureOf(error);
      throw error;
    }
  }

  append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const appended = this.store.append(stream, events, expected);
    appended.then(this.succeeded, this.failed);
    return appended;
  }

  /** @throws StoreUnavailable, also when an append or a read has just failed */
  async checkWritable(): Promise<void> {
    await this.store.checkWritable();
    for (const failure of [this.failure, this.readFailure]) {
      if (failure === undefined) continue;
      if (this.clock.elapsedMs() - failure.atMs <= FAILURE_MS_MAX) throw failure.error;
    }
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private readonly succeeded = (): void => {
    this.failure = undefined;
  };

  private readonly failed = (error: unknown): void => {
    // Both errors are answers of a working ledger.
    if (error instanceof ConcurrencyConflict || error instanceof InvalidAppend) return;
    this.failure = this.failureOf(error);
  };

  private failureOf(error: unknown): Failure {
    return { error, atMs: this.clock.elapsedMs() };
  }
}
