import {
  ProjectionMoved,
  ProjectionOutdated,
  RowsRefused,
  type Commit,
  type ParkedEvent,
  type ProjectionProgress,
  type ProjectionStore,
} from '../../../application/ports/projection-store.js';
import type { CopyInUse } from './catalog.js';
import { readProgress } from './progress.js';
import type { Table, TableWrite } from '../table.js';
import { parkedEventsTable, progressTable } from '../tables.js';

/** The one row of the progress table. */
const PROGRESS_ID = 1;

/** Turns one projection's changes into writes to its tables. */
export interface ChangeWriter<Changes> {
  writes(changes: Changes, inUse: CopyInUse): Promise<readonly TableWrite[]>;
  /** Loads what the copy holds already. */
  begin?(inUse: CopyInUse): Promise<void>;
  /** Called after the commit of the writes. */
  committed?(): void;
  /** Drops all cached state of the copy, which may be wrong. */
  forget?(): void;
}

/** Returns the copy to write to: the one in use, or one that is being built beside it. */
export interface CopySource {
  current(): Promise<CopyInUse>;
}

/** One projection's rows, parked events and position, in the copy that is in use. */
export class CopyStore<Changes> implements ProjectionStore<Changes> {
  /** Undefined from a fault until the progress is read again: the cached state may be wrong. */
  private pinned: CopyInUse | undefined;
  /** Number of commits to the copy, all of them known to this store. */
  private commits = 0;

  constructor(
    private readonly source: CopySource,
    private readonly writer: ChangeWriter<Changes>,
  ) {}

  async progress(): Promise<ProjectionProgress | undefined> {
    this.pinned = undefined;
    this.writer.forget?.();
    const inUse = await this.source.current();
    if (inUse.isOutdated) throw new ProjectionOutdated(`${inUse.name} waits to be rebuilt`);
    const { progress, commits } = await readProgress(inUse.copy);
    this.commits = commits;
    await this.writer.begin?.(inUse);
    this.pinned = inUse;
    return progress;
  }

  async commit(commit: Commit<Changes>): Promise<void> {
    const pinned = await this.checkedCopy();
    try {
      await this.write(commit, pinned);
    } catch (error) {
      this.pinned = undefined;
      throw error;
    }
    this.commits++;
    this.writer.committed?.();
  }

  private async write(commit: Commit<Changes>, pinned: CopyInUse): Promise<void> {
    const { position, asOf } = commit.progress;
    const writes = await this.writesOf(commit.changes, pinned);
    const parked = await parkedWrites(pinned, commit);
    const { commits } = this;
    const row = [PROGRESS_ID, position, asOf, commits + 1];
    const progress: TableWrite = { table: progressTable, put: [row] };
    await pinned.copy.write([...writes, ...parked, progress], { commits });
  }

  /** Rows that cannot be built are refused like rows that the database rejects: a repeat fails for ever. */
  private async writesOf(changes: Changes, pinned: CopyInUse): Promise<readonly TableWrite[]> {
    try {
      return await this.writer.writes(changes, pinned);
    } catch (error) {
      const isOfTheRows = error instanceof TypeError || error instanceof RangeError;
      throw isOfTheRows ? new RowsRefused(error.message) : error;
    }
  }

  async parkedStreams(): Promise<ReadonlyMap<string, number>> {
    const { copy } = await this.checkedCopy();
    const rows = await copy.db
      .selectFrom('parked_events')
      .select(['stream', (count) => count.fn.countAll<number>().as('events')])
      .groupBy('stream')
      .execute();
    return new Map(rows.map(({ stream, events }) => [stream, events]));
  }

  protected async checkedCopy(): Promise<CopyInUse> {
    const current = await this.source.current();
    if (this.pinned === undefined) {
      throw new ProjectionMoved('a write has failed, and nobody has looked since where to go on');
    }
    if (this.pinned.name !== current.name) {
      throw new ProjectionMoved('another copy of this projection is in use now');
    }
    return this.pinned;
  }
}

async function parkedWrites(
  { copy }: CopyInUse,
  { parked, unparkedStreams }: Commit<unknown>,
): Promise<readonly TableWrite[]> {
  if (parked.length === 0 && unparkedStreams.length === 0) return [];
  const handled =
    unparkedStreams.length === 0
      ? []
      : await copy.db
          .selectFrom('parked_events')
          .select('event_id')
          .where('stream', 'in', unparkedStreams)
          .execute();
  const remove = handled.map(({ event_id: eventId }) => [eventId]);
  return [{ table: parkedEventsTable, remove, put: parked.map(parkedRow) }];
}

const parkedRow = (event: ParkedEvent) => [
  event.eventId,
  event.eventType,
  event.stream,
  event.revision,
  event.position,
  event.recordedAt,
  event.error,
];

/** A writer that puts and removes rows of one table only. */
export const tableWriter = <Changes>(
  table: Table,
  rowsOf: (changes: Changes) => Pick<TableWrite, 'put' | 'remove'>,
): ChangeWriter<Changes> => ({
  writes: async (changes) => [{ table, ...rowsOf(changes) }],
});
