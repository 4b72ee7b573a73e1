/**
 * The messages between the two sides of the writer. Types only: the writer's side cannot import any of our modules
 * (see `ledger-writer.worker.ts`).
 */

export interface WriterOptions {
  readonly file: string;
  /** Limit of the time that a commit waits for another program that holds the ledger, milliseconds. */
  readonly busyTimeoutMs: number;
  /** At this size the write-ahead log is checkpointed even if that means waiting for readers. */
  readonly walBytesMax: number;
  /** Size limit of the ledger in pages of 4 KiB; 0 means no limit. */
  readonly ledgerPagesMax: number;
}

/**
 * Many appends in one message, as one flat list, because that is by far the cheapest thing to send to another thread.
 * Each append is: the stream's name, the expected revision (-1 for no stream), the number of its events, and for each
 * event id, type, version, data, metadata. An append with no events to the stream '' only checks that a transaction
 * can be committed.
 */
export type AppendBatch = readonly (string | number)[];

export type ToWriter = AppendBatch | 'close';

/** The messages from the writer to its checkpointer. */
export type ToCheckpointer = 'checkpoint' | 'close';

export interface CheckpointerOptions extends WriterOptions {
  /** One number: 1 while a checkpoint is under way. Shared, because the writer reads no messages between commits. */
  readonly underWay: Int32Array;
}

/** For each append, in their order: `[answer, revision, position]`; of a conflict `[answer, actual, 0]`. */
export type Answers = readonly number[];

export type AnswerCode = 0 | 1 | 2;

export type FromWriter =
  | { readonly kind: 'ready'; readonly head: number }
  | {
      readonly kind: 'committed';
      readonly answers: Answers;
      /** Position of the newest event of the ledger. */
      readonly head: number;
      /** Number of events that this commit added. */
      readonly events: number;
    }
  | {
      readonly kind: 'failed';
      /** Number of the oldest unanswered appends that failed together. */
      readonly appends: number;
      /** False when the appends may reappear after a power cut. */
      readonly certain: boolean;
      readonly reason: string;
    };
