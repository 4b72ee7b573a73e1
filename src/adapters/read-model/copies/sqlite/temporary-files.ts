import type { ReadModelConfig } from '../open-read-model-database.js';

/**
 * Places the temporary files in which SQLite sorts the indexes of a rebuilt copy; they may be as large as the index.
 * They belong on the disk of the read models: the usual places are often in memory. Does nothing once this process
 * has opened a database, because SQLite reads the setting only once.
 */
export function placeTemporaryFiles(readModel: ReadModelConfig): void {
  if (readModel.kind !== 'sqlite' || readModel.directory === null) return;
  process.env['SQLITE_TMPDIR'] ??= readModel.directory;
}
