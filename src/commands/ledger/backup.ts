import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUpKeys } from '../../adapters/key-store/sqlite/back-up-keys.js';
import { backUpLedger } from '../../adapters/event-store/sqlite/back-up-ledger.js';
import { runCommand, UsageError, type Print } from '../command.js';
import { progressOn } from './progress.js';

const USAGE = `Copies the SQLite ledger and the key store, also while the service runs, and checks the ledger's copy.

  npm run backup -- DIRECTORY [--from DIRECTORY]

  DIRECTORY  gets the copy; it must not hold a ledger yet. To restore, start the service with it as DATA_DIR
  --from     where the ledger is (DATA_DIR)

Read models are not copied: the service builds them anew from the ledger.
Exit code: 0 copied, 1 it could not be copied, 2 wrong usage.
`;

async function backUp(args: readonly string[], print: Print): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { from: { type: 'string' } },
    allowPositionals: true,
  });
  const [to, ...rest] = positionals;
  if (to === undefined || rest.length > 0) throw new UsageError('Name one directory.');
  const from = resolve(values.from ?? process.env['DATA_DIR'] ?? './data');
  const progress = progressOn(process.stderr);
  const copy = await backUpLedger(from, resolve(to), (done, total) =>
    progress.show('Copying pages', done, total),
  ).finally(() => progress.end());
  print(`${copy.file} holds ${copy.events} events in ${copy.bytes} bytes, checked and complete.`);
  if (copy.newestRecordedAt !== undefined)
    print(`The newest was recorded ${copy.newestRecordedAt}.`);
  const keys = await backUpKeys(from, resolve(to));
  if (keys !== undefined) print(`${keys} holds the key store: without it no contact is found.`);
  return 0;
}

await runCommand(USAGE, backUp);
