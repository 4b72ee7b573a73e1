import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { createDirectory } from '../../files/create-directory.js';
import { sync } from '../../files/sync.js';
import { reasonOf, StoreUnavailable } from '../../../application/errors.js';
import { KEY_STORE_STREAM } from '../../../application/streams.js';
import { checkLedger, markAsCopy } from './ledger-schema.js';
import { existingLedger, ledgerFile } from './ledger-file.js';
import { remedyOf } from './sqlite-damage.js';

/** Pages of 4 KiB that are copied between two progress reports. */
const PAGES_PER_STEP = 2_000;

export interface LedgerBackup {
  /** The file of the backup. */
  readonly file: string;
  readonly events: number;
  readonly bytes: number;
  /** When the newest event in it was recorded, ISO 8601 UTC; undefined when it has none. */
  readonly newestRecordedAt: string | undefined;
  /** False for a ledger that needs none: it was never used by a version that has one. */
  readonly namesKeyStore: boolean;
}

const unfinishedFile = (target: string): string => `${ledgerFile(target)}.unfinished`;

/** True where a copy into the directory was cut off: what was made beside it may be made again. */
export const wasCutOff = (target: string): boolean => existsSync(unfinishedFile(target));

/**
 * Copies a ledger as it stands at this moment into a directory that can then be used as a `DATA_DIR`. The service may
 * go on writing: it is not blocked, and the copy has everything that was acknowledged before the call. The copy is
 * checked and synced before it gets its name.
 *
 * The original's write-ahead log cannot be checkpointed meanwhile, so it grows by what is written.
 *
 * @param target created where it is missing; must not hold a ledger
 * @param onProgress in pages
 * @param alongside makes what the copy needs beside it. It runs when the copy is whole, and before that gets its name: so a
 *   directory with a ledger holds all of the backup
 * @throws StoreUnavailable when there is no ledger, when there is one already in the target, or when the copy turns
 *   out to be damaged
 */
export async function backUpLedger(
  directory: string,
  target: string,
  onProgress: (done: number, total: number) => void = () => undefined,
  alongside: () => Promise<void> = async () => undefined,
): Promise<LedgerBackup> {
  const source = existingLedger(directory);
  const file = ledgerFile(target);
  if (existsSync(file)) throw new StoreUnavailable(`${file} exists: a backup replaces nothing`);
  createDirectory(target);
  const unfinished = unfinishedFile(target);
  await rm(unfinished, { force: true });
  try {
    await copyPages(source, unfinished, onProgress);
    const content = checkAndMark(source, unfinished);
    await sync(unfinished);
    await alongside();
    await rename(unfinished, file);
    await sync(target);
    return { file, bytes: (await stat(file)).size, ...content };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function copyPages(
  source: string,
  file: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    // The copy is made in steps. This read stays open until the last step, so all steps share one snapshot; without
    // it SQLite would start again whenever somebody has committed in between.
    database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    await backup(database, file, {
      rate: PAGES_PER_STEP,
      progress: ({ totalPages, remainingPages }) =>
        onProgress(totalPages - remainingPages, totalPages),
    });
  } catch (error) {
    // SQLite names neither file.
    const reason = `${reasonOf(error)}${remedyOf(error, source)}`;
    throw new StoreUnavailable(`${source} cannot be copied to ${file}: ${reason}`, {
      cause: error,
    });
  } finally {
    database.close();
  }
}

/** @throws StoreUnavailable when it is not a whole ledger */
function checkAndMark(source: string, file: string): Omit<LedgerBackup, 'file' | 'bytes'> {
  const database = new DatabaseSync(file);
  try {
    const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (verdict !== 'ok') throw new StoreUnavailable(`the copy is damaged: ${String(verdict)}`);
    checkLedger(source, database);
    const gap = database
      .prepare(
        `SELECT name FROM events JOIN streams ON streams.number = events.stream
         GROUP BY stream HAVING min(revision) <> 0 OR max(revision) <> count(*) - 1 LIMIT 1`,
      )
      .get();
    if (gap !== undefined) {
      throw new StoreUnavailable(`the copy lacks events of ${String(gap['name'])}`);
    }
    markAsCopy(database, new Date().toISOString());
    const row = database
      .prepare(
        `SELECT count(*) AS events, (SELECT metadata ->> 'recordedAt' FROM events
           ORDER BY position DESC LIMIT 1) AS newest,
           EXISTS (SELECT 1 FROM streams WHERE name = ?) AS namesKeyStore FROM events`,
      )
      .get(KEY_STORE_STREAM);
    const newest = row?.['newest'];
    return {
      events: Number(row?.['events']),
      newestRecordedAt: typeof newest === 'string' ? newest : undefined,
      namesKeyStore: row?.['namesKeyStore'] === 1,
    };
  } finally {
    database.close();
  }
}
