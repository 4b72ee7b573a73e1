import { setTimeout as delay } from 'node:timers/promises';
import {
  AppendOutcomeUnknown,
  ConcurrencyConflict,
  InvalidAppend,
  StoreUnavailable,
} from '../../../application/errors.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  AppendedEvent,
  RecordedEvent,
  StoredStream,
} from '../../../application/ports/event-store.js';
import { checkAppend } from '../check-append.js';
import {
  appendAnswer,
  appendRequest,
  isSettled,
  type Append,
  type AppendAnswer,
  type Settled,
  type Unsettled,
} from './calls/append-messages.js';
import { answersOf } from './calls/read-call.js';
import { streamRequest } from './calls/read-requests.js';
import { NoAnswer, NoLeader, OutOfTime } from './calls/idle-timeout.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import { exceptionOf, isCertainlyUndone, reasonOf, refusalOf, unavailable } from './failures.js';
import { positionOf } from './positions.js';
import { StreamTurns } from './stream-turns.js';
import { placeOfRecord, proposedEvent, readRecord, recordOf } from './stored-event.js';
import { PROBE } from './probe.js';
import { promptly, READ_BUDGET_MS, retryDelayMs, within } from './retries.js';

/**
 * Time limits in ms of the calls that a caller waits for. A webhook is answered within 3 s and takes a read and an
 * append; both together, with their retries, stay well below that.
 */
export interface TimeLimits {
  /** Limit of a read with its second try. */
  readonly readMs: number;
  /** Limit of an append with its retries. */
  readonly appendMs: number;
  /** Timeout of one attempt of an append. Two of them fit into `appendMs`. */
  readonly attemptMs: number;
}

export const TIME_LIMITS: TimeLimits = { readMs: READ_BUDGET_MS, appendMs: 1_300, attemptMs: 600 };

const CHECK_BUDGET_MS = 1_000;

/** With less time left, an attempt could only make the outcome unknown. */
const ATTEMPT_MIN_MS = 50;

/** Limit of appends in flight. Beyond it, callers are told to come back. */
const OPEN_APPENDS_MAX = 2_048;
const OPEN_BYTES_MAX = 64 * 1024 * 1024;

/** The ledger in EventStoreDB 23.10 or newer, or KurrentDB: one server, or a cluster through its leader. */
export class EventStoreDbEventStore implements EventStore {
  readonly #connections: Connections;
  readonly #limits: TimeLimits;
  readonly #turns = new StreamTurns();
  readonly #open = new Set<Promise<unknown>>();
  #openBytes = 0;
  #closed: Promise<void> | undefined;

  constructor(connections: Connections, limits: TimeLimits) {
    this.#connections = connections;
    this.#limits = limits;
  }

  async read(stream: string): Promise<StoredStream> {
    this.#checkOpen();
    return promptly(
      this.#connections,
      (connection, silenceMs) => readStream(connection, stream, silenceMs),
      this.#limits.readMs,
    );
  }

  async append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const checked = checkAppend(stream, events, expected);
    this.#checkOpen();
    if (this.#open.size >= OPEN_APPENDS_MAX || this.#openBytes + checked.bytes > OPEN_BYTES_MAX) {
      throw new StoreUnavailable('too many appends are waiting');
    }
    const append = { stream, events: checked.events.map(proposedEvent), expected };
    const deadlineMs = performance.now() + this.#limits.appendMs;
    const result = this.#turns.take(stream, () => this.#append(append, deadlineMs));
    this.#open.add(result);
    this.#openBytes += checked.bytes;
    try {
      return await result;
    } finally {
      this.#open.delete(result);
      this.#openBytes -= checked.bytes;
    }
  }

  async checkWritable(): Promise<void> {
    this.#checkOpen();
    try {
      const answer = await this.#answer(PROBE, performance.now() + CHECK_BUDGET_MS);
      if (answer.kind === 'refused') throw unavailable(answer.refusal);
    } catch (error) {
      throw error instanceof StoreUnavailable ? error : unavailable(error);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#open);
    this.#connections.close();
  }

  #checkOpen(): void {
    if (this.#closed !== undefined) throw new StoreUnavailable('it was closed');
  }

  async #append(append: Append, deadlineMs: number): Promise<AppendResult> {
    const { stream, events, expected } = append;
    const ids = events.map(({ id }) => id);
    const reached = this.#turns.conflictOf(stream, ids[0] ?? '', expected);
    if (reached !== undefined) throw new ConcurrencyConflict(stream, expected, reached);

    const answer = await this.#answer(append, deadlineMs);
    switch (answer.kind) {
      case 'conflict':
        throw new ConcurrencyConflict(stream, expected, answer.actual);
      case 'invalid':
        throw new InvalidAppend(stream, answer.reason);
      case 'refused':
        throw unavailable(answer.refusal);
      case 'appended': {
        if (answer.place === undefined) {
          const reason = 'it was written, but the server no longer knows where';
          throw new AppendOutcomeUnknown(stream, reason);
        }
        this.#turns.remember(stream, ids, answer.revision);
        return { revision: answer.revision, position: positionOf(answer.place) };
      }
    }
  }

  /**
   * Sends the same append, with the same ids and the same expectation, until an answer settles it or the time is up.
   * The server answers a repeated write like the first one.
   */
  async #answer(append: Append, deadlineMs: number): Promise<Settled> {
    let maybeWritten = false;
    let last: Unsettled | undefined;
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) await delay(retryDelayMs(attempt));
      const leftMs = deadlineMs - performance.now();
      if (leftMs < ATTEMPT_MIN_MS) break;
      const answer = await this.#attempt(append, Math.min(leftMs, this.#limits.attemptMs));
      if (answer.kind === 'refused' && maybeWritten) {
        // The refusal does not tell the outcome of the attempt before it.
        throw new AppendOutcomeUnknown(append.stream, answer.refusal.message);
      }
      if (isSettled(answer)) return answer;
      maybeWritten ||= answer.kind === 'unknown';
      if (last === undefined || !(answer.cause instanceof OutOfTime)) last = answer;
    }
    const { reason, cause } = last ?? { reason: 'no time was left for this append' };
    if (maybeWritten) throw new AppendOutcomeUnknown(append.stream, reason, { cause });
    throw new StoreUnavailable(reason, { cause });
  }

  async #attempt(append: Append, timeoutMs: number): Promise<AppendAnswer> {
    const deadlineMs = performance.now() + timeoutMs;
    let connection: Connection | undefined;
    let isSent = false;
    let answer: AppendAnswer;
    try {
      connection = await this.#connections.shared();
      const call = await within(timeoutMs, connection.appends(), () => new NoLeader());
      const request = appendRequest(append);
      isSent = true;
      const response = await call.append(request, Math.max(1, deadlineMs - performance.now()));
      connection.answered();
      answer = appendAnswer(response);
      if (!isSettled(answer)) this.#connections.discard(connection);
    } catch (error) {
      // A new connection may reach another server: the current leader. A refusal also needs one, because it has ended
      // the call that all appends share.
      const isBusy =
        error instanceof NoAnswer && connection?.hasAnsweredWithin(this.#limits.attemptMs) === true;
      if (connection !== undefined && !isBusy) this.#connections.discard(connection, error);
      const refusal = refusalOf(error);
      const kind = isSent && !isCertainlyUndone(error) ? 'unknown' : 'not-written';
      answer =
        refusal !== undefined && kind === 'not-written'
          ? { kind: 'refused', refusal }
          : { kind, reason: reasonOf(error), cause: error };
    }
    return answer;
  }
}

async function readStream(
  connection: Connection,
  stream: string,
  silenceMs: number,
): Promise<StoredStream> {
  const events: RecordedEvent[] = [];
  const call = connection.read(streamRequest(stream), { requiresLeader: true });
  try {
    for await (const answer of answersOf(call, silenceMs)) {
      if (answer.hasStreamNotFound()) return { events: [], revision: 'no-stream' };
      const record = recordOf(answer);
      if (record !== undefined) events.push(readRecord(record, placeOfRecord(record)));
    }
  } catch (error) {
    // An operator has tombstoned the stream.
    if (exceptionOf(error) === 'stream-deleted') return { events: [], revision: 'no-stream' };
    throw error;
  }
  const revision = events.at(-1)?.revision;
  // The server answers explicitly for a missing stream, so no answer at all is a fault.
  if (revision === undefined) throw new Error('the server ended a read without any answer');
  return { events, revision };
}
