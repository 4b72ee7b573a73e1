/**
 * What the two sides of the writer say to each other. Types only: the writer's side runs without
 * being able to import anything of ours (see `ledger-writer.worker.ts`).
 */

export interface WriterOptions {
  readonly file: string;
  /** How long a commit waits for another program that holds the ledger, milliseconds. */
  readonly busyTimeoutMs: number;
  /** Where the write-ahead log is folded into the ledger even if that means waiting for readers. */
  readonly walBytesMax: number;
  /** The ledger never grows beyond so many pages of 4 KiB; 0 means no limit. */
  readonly ledgerPagesMax: number;
}

/**
 * Many appends in one message, as one flat list, because that is by far the cheapest thing to send
 * to another thread. For each append: the stream's name, the expected revision (-1 for no stream),
 * the number of its events, and for each event id, type, version, data, metadata.
 * An append with no events to the stream '' asks only whether a transaction can be committed.
 */
export type AppendBatch = readonly (string | number)[];

export type ToWriter = AppendBatch | 'close';

/** What the writer tells its checkpointer. */
export type ToCheckpointer = 'checkpoint' | 'close';

export interface CheckpointerOptions extends WriterOptions {
  /** One number: 1 while a checkpoint is under way. Shared, because between commits nobody hears a message. */
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
      /** So many of the oldest unanswered appends failed together. */
      readonly appends: number;
      /** False when a power cut could still bring them to light. */
      readonly certain: boolean;
      readonly reason: string;
    };
