import { Worker } from 'node:worker_threads';
import {
  AppendOutcomeUnknown,
  ConcurrencyConflict,
  StoreUnavailable,
} from '../../../application/errors.js';
import type { AppendResult, ExpectedRevision } from '../../../application/ports/event-store.js';
import type { CheckedAppend } from '../check-append.js';
import type { AnswerCode, FromWriter, ToWriter, WriterOptions } from './writer-protocol.js';

export interface WriterLimits {
  /** Limit of appends that wait for their commit. Beyond it, appends are refused at once. */
  readonly queuedAppendsMax: number;
  /** Limit of the bytes of these appends. */
  readonly queuedBytesMax: number;
}

/** Counters since the ledger was opened. */
export interface WriterStatistics {
  /** Appends that wait for their commit now. */
  readonly queuedAppends: number;
  readonly queuedBytes: number;
  readonly commits: number;
  readonly eventsCommitted: number;
  /** Number of times that the writer was started again. */
  readonly restarts: number;
}

/** Size of V8's young generation, for the appends of a batch. */
const YOUNG_GENERATION_MIB_MAX = 8;

/**
 * @param head position of the newest event
 * @param streams to which events may have been added; undefined where an earlier writer may have added some
 */
export type OnCommit = (head: number, streams: readonly string[] | undefined) => void;

/** Starts the writer's thread. */
export type StartWorker = (options: WriterOptions) => Worker;

/** Lies beside this file, compiled if this file is: tests run the source, production runs `dist`. */
export const startWorker: StartWorker = (workerData) => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./ledger-writer.worker.${extension}`, import.meta.url), {
    workerData,
    name: 'ledger-writer',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });
};

interface Pending {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: Error) => void;
}

const CONFLICT: AnswerCode = 2;
const ANSWER_FIELDS = 3;

const RESTART_DELAY_MS_MIN = 100;
const RESTART_DELAY_MS_MAX = 10_000;
/** The writer's thread commits these while this thread goes on with the rest of the same turn. */
const OUTBOX_APPENDS_MAX = 24;
const WRITE_CHECK_TIMEOUT_MS = 5_000;

/**
 * Sends appends to the writer's thread. All appends of one turn of the event loop are sent in one message, and the
 * writer answers a whole commit with one message, in the order of the appends; that keeps the cost of an append on
 * this thread down to a few microseconds.
 */
export class LedgerWriter {
  readonly #options: WriterOptions;
  readonly #limits: WriterLimits;
  readonly #startWorker: StartWorker;
  readonly #onCommit: OnCommit;

  #worker: Worker | undefined;
  /** False while the thread is being restarted. */
  #isReady = false;
  #ended: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #restartDelayMs = RESTART_DELAY_MS_MIN;
  #restartTimer: NodeJS.Timeout | undefined;

  /** In the order of their answers; those that are not sent yet stand last. */
  #pending: Pending[] = [];
  #outbox: (string | number)[] = [];
  #outboxAppends = 0;
  #queuedBytes = 0;

  #commits = 0;
  #eventsCommitted = 0;
  #restarts = 0;

  private constructor(
    options: WriterOptions,
    limits: WriterLimits,
    onCommit: OnCommit,
    start: StartWorker,
  ) {
    this.#options = options;
    this.#limits = limits;
    this.#onCommit = onCommit;
    this.#startWorker = start;
  }

  /**
   * @param onCommit is called before the appends of the commit resolve
   * @throws StoreUnavailable when the writer cannot open the ledger
   */
  static async start(
    options: WriterOptions,
    limits: WriterLimits,
    onCommit: OnCommit,
    start: StartWorker = startWorker,
  ): Promise<LedgerWriter> {
    const writer = new LedgerWriter(options, limits, onCommit, start);
    await writer.#start();
    return writer;
  }

  get statistics(): WriterStatistics {
    return {
      queuedAppends: this.#pending.length,
      queuedBytes: this.#queuedBytes,
      commits: this.#commits,
      eventsCommitted: this.#eventsCommitted,
      restarts: this.#restarts,
    };
  }

  append(
    stream: string,
    { events, bytes }: CheckedAppend,
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const refusal = this.#refusal(bytes);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#pending.push({ stream, expected, bytes, resolve, reject });
      this.#queuedBytes += bytes;
      const outbox = this.#outbox;
      outbox.push(stream, expected === 'no-stream' ? -1 : Number(expected), events.length);
      for (const { id, type, version, data, metadata } of events) {
        outbox.push(id, type, version, data, metadata);
      }
      // An immediate runs after all input that is ready now, so one message carries the appends of all requests of
      // this turn; a full outbox is sent before, so that the writer need not wait for the last.
      this.#outboxAppends++;
      if (this.#outboxAppends === OUTBOX_APPENDS_MAX) this.#flush();
      else if (this.#outboxAppends === 1) setImmediate(this.#flush);
    });
  }

  /** Commits a transaction that adds no event. @throws StoreUnavailable */
  async check(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new StoreUnavailable(`no commit within ${WRITE_CHECK_TIMEOUT_MS} ms`));
      }, WRITE_CHECK_TIMEOUT_MS);
    });
    try {
      await Promise.race([this.append('', { events: [], bytes: 0 }, 'no-stream'), timeout]);
    } catch (error) {
      // A write check leaves no event, so an unknown outcome means only that a commit failed.
      if (!(error instanceof AppendOutcomeUnknown)) throw error;
      throw new StoreUnavailable('a commit failed', { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when everything that was accepted is answered and the thread has ended. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearTimeout(this.#restartTimer);
    this.#flush();
    this.#send('close');
    await this.#ended;
  }

  #refusal(bytes: number): StoreUnavailable | undefined {
    if (this.#closing !== undefined) return new StoreUnavailable('it was closed');
    if (!this.#isReady) return new StoreUnavailable('its writer is being restarted');
    const isFull =
      this.#pending.length >= this.#limits.queuedAppendsMax ||
      this.#queuedBytes + bytes > this.#limits.queuedBytesMax;
    return isFull ? new StoreUnavailable('too many appends are waiting for the disk') : undefined;
  }

  readonly #flush = (): void => {
    if (this.#outboxAppends === 0) return;
    const batch = this.#outbox;
    this.#outbox = [];
    this.#outboxAppends = 0;
    this.#send(batch);
  };

  #send(message: ToWriter): void {
    this.#worker?.postMessage(message);
  }

  /** @throws StoreUnavailable when the thread ends before it is ready */
  async #start(): Promise<void> {
    // Starting can throw, for example where there is no memory for another thread.
    const worker = this.#startWorker(this.#options);
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
    return new Promise((resolve, reject) => {
      let failure: Error | undefined;
      worker.on('message', (message: FromWriter) => {
        if (message.kind !== 'ready') return this.#receive(message);
        this.#isReady = true;
        this.#onCommit(message.head, undefined);
        resolve();
      });
      worker.on('error', (error: Error) => {
        failure = error;
      });
      // An unreadable message would leave its appends without an answer.
      worker.on('messageerror', (error) => {
        failure = error;
        void worker.terminate();
      });
      worker.on('exit', () => {
        const wasReady = this.#isReady;
        this.#isReady = false;
        this.#worker = undefined;
        const reason = failure?.message ?? 'its writer has ended';
        this.#failPending(reason, failure);
        if (wasReady) this.#restartLater();
        else reject(new StoreUnavailable(reason, { cause: failure }));
      });
    });
  }

  #restartLater(): void {
    if (this.#closing !== undefined) return;
    this.#restartTimer = setTimeout(() => {
      this.#restarts++;
      this.#start().catch(() => this.#restartLater());
    }, this.#restartDelayMs);
    this.#restartDelayMs = Math.min(this.#restartDelayMs * 2, RESTART_DELAY_MS_MAX);
  }

  #receive(message: Exclude<FromWriter, { readonly kind: 'ready' }>): void {
    if (message.kind === 'failed') {
      for (const { stream, reject } of this.#takePending(message.appends)) {
        reject(
          message.certain
            ? new StoreUnavailable(message.reason)
            : new AppendOutcomeUnknown(stream, message.reason),
        );
      }
      return;
    }
    const { answers, head, events } = message;
    this.#commits++;
    this.#eventsCommitted += events;
    this.#restartDelayMs = RESTART_DELAY_MS_MIN;
    const answered = this.#takePending(answers.length / ANSWER_FIELDS);
    if (events > 0) {
      this.#onCommit(
        head,
        answered.map(({ stream }) => stream),
      );
    }
    let at = 0;
    for (const pending of answered) {
      settle(pending, answers[at], answers[at + 1], answers[at + 2]);
      at += ANSWER_FIELDS;
    }
  }

  #takePending(count: number): readonly Pending[] {
    const taken = this.#pending.splice(0, count);
    for (const { bytes } of taken) this.#queuedBytes -= bytes;
    return taken;
  }

  /** Appends that were sent may have been committed; the others were certainly not. */
  #failPending(reason: string, cause: Error | undefined): void {
    const sent = this.#takePending(this.#pending.length - this.#outboxAppends);
    for (const { stream, reject } of sent) {
      reject(new AppendOutcomeUnknown(stream, reason, { cause }));
    }
    for (const { reject } of this.#takePending(this.#outboxAppends)) {
      reject(new StoreUnavailable(reason, { cause }));
    }
    this.#outbox = [];
    this.#outboxAppends = 0;
  }
}

function settle(
  { stream, expected, resolve, reject }: Pending,
  answer: number | undefined,
  revision = -1,
  position = 0,
): void {
  if (answer === CONFLICT) {
    const actual = revision < 0 ? 'no-stream' : BigInt(revision);
    reject(new ConcurrencyConflict(stream, expected, actual));
  } else {
    resolve({ revision: BigInt(revision), position: String(position) });
  }
}
