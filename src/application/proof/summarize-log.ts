import { ApplicationError } from '../errors.js';
import type { EventStore } from '../ports/event-store.js';
import type { LogState, LogStore } from '../ports/log-store.js';
import { entryAt } from './compare-ledger.js';
import { parseEntry, type LogEntry } from './log-entry.js';
import { readCheckpoint } from './notes/checkpoint.js';
import { parseNote } from './notes/signed-note.js';

/** The newest checkpoint, in words that a person needs no format for. */
export interface LogSummary {
  readonly origin: string;
  /** Entries under the checkpoint. */
  readonly size: number;
  /** Root hash, Base64. */
  readonly root: string;
  /** Name and id of each key that signed it. */
  readonly signers: readonly string[];
  /**
   * When the newest event under the checkpoint was recorded; ISO 8601 UTC. A checkpoint tells no time of its own, and
   * is signed within a second of that event. Null: the event cannot be read.
   */
  readonly coversUntil: string | null;
}

/** Summarizes the newest checkpoint. */
export class SummarizeLog {
  constructor(
    private readonly log: Pick<LogStore, 'state' | 'bundle'>,
    private readonly store: Pick<EventStore, 'read'>,
  ) {}

  /** @throws ApplicationError `log-entry-not-found` before the first checkpoint; StoreUnavailable */
  async execute(): Promise<LogSummary> {
    const state = await this.log.state();
    if (state === undefined) {
      throw new ApplicationError('log-entry-not-found', 'The transparency log has not begun yet.');
    }
    const { origin, size, root } = readCheckpoint(state.checkpoint);
    return {
      origin,
      size,
      root: Buffer.from(root).toString('base64'),
      signers: parseNote(state.checkpoint).signatures.map(({ name, keyId }) => `${name}+${keyId}`),
      coversUntil: await this.recordedAtOfLast(state),
    };
  }

  private async recordedAtOfLast({ size }: LogState): Promise<string | null> {
    const entry = await lastEntryOf(this.log, size);
    if (entry === undefined) return null;
    const { events } = await this.store.read(entry.stream);
    const event = events.find((one) => one.revision === BigInt(entry.revision));
    // A damaged event may have lost its metadata.
    return event?.metadata.recordedAt ?? null;
  }
}

/** @returns undefined where there is none, or the log has lost or damaged it */
export async function lastEntryOf(
  log: Pick<LogStore, 'bundle'>,
  size: number,
): Promise<LogEntry | undefined> {
  const entry = size === 0 ? undefined : await entryAt(log, size - 1);
  return entry === undefined ? undefined : parseEntry(Buffer.from(entry));
}
