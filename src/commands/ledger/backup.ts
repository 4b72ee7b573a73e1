import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { backUpDeliveries } from '../../adapters/delivery-store/sqlite/back-up-deliveries.js';
import { backUpKeys } from '../../adapters/key-store/sqlite/back-up-keys.js';
import { keyFile } from '../../adapters/key-store/sqlite/sqlite-key-table.js';
import { backUpLedger, wasCutOff } from '../../adapters/event-store/sqlite/back-up-ledger.js';
import {
  existingLedger,
  ledgerFile,
  refuseUnfinishedCopy,
} from '../../adapters/event-store/sqlite/ledger-file.js';
import {
  argumentsOf,
  dataDirectory,
  json,
  onlyWord,
  option,
  runCommand,
  type Print,
} from '../command.js';
import { toldBy } from '../told.js';
import { progressOn } from './progress.js';

const USAGE = `Copies the SQLite ledger, its key store and how far the outgoing webhooks are, and checks the ledger's copy.
The service may run meanwhile.

  npm run backup -- DIRECTORY [--from DIRECTORY] [--json]

  DIRECTORY  gets the copy; it must hold neither a ledger nor a key store yet. To restore, start the service with it as
             DATA_DIR and the same master key. Without ledger.sqlite in it, the copy was cut off: give the command again
  --from     where the ledger is (DATA_DIR)
  --json     prints what was copied as one JSON document

The master key is not copied, and without it the copy cannot be read: keep MASTER_KEY, or the file master-key of DATA_DIR, elsewhere.
Read models are not copied: the service builds them anew from the ledger. A ledger on EventStoreDB is backed up on its server.
Exit code: 0 copied, 1 it could not be copied or its key store is missing, 2 wrong usage.
`;

async function backUp(args: readonly string[], print: Print): Promise<number> {
  const { values, positionals } = argumentsOf(args, { from: option, json });
  const to = resolve(onlyWord(positionals, 'Name one directory.'));
  if (values.from === undefined) checkLedgerIsAFile(process.env['EVENT_STORE']?.trim());
  const from = resolve(values.from ?? dataDirectory());
  const told = toldBy(print, values.json);
  const progress = progressOn(process.stderr);
  existingLedger(from);
  refuseUnfinishedCopy(from);
  checkReplacesNothing(to);
  // Before the ledger: a place ahead of the copied ledger would leave out what is recorded there next.
  const deliveries = await backUpDeliveries(from, to);
  let keys: string | undefined;
  const copy = await backUpLedger(
    from,
    to,
    (done, total) => progress.show('Copying pages', done, total),
    // After the ledger: every key that its copy needs is there then.
    async () => {
      keys = await backUpKeys(from, to);
    },
  )
    .catch((error: unknown) => {
      if (deliveries !== undefined) rmSync(deliveries);
      throw error;
    })
    .finally(() => progress.end());
  told.words(
    `${copy.file} holds ${copy.events} events in ${copy.bytes} bytes, checked and complete.`,
  );
  if (copy.newestRecordedAt !== undefined)
    told.words(`The newest was recorded ${copy.newestRecordedAt}.`);
  if (keys !== undefined)
    told.words(
      `${keys} holds the key store, which only its master key opens: keep MASTER_KEY, or the file master-key, elsewhere.`,
    );
  if (deliveries !== undefined)
    told.words(`${deliveries} holds how far the outgoing webhooks are.`);
  const { file, bytes, events, newestRecordedAt = null } = copy;
  told.facts({
    file,
    bytes,
    events,
    newestRecordedAt,
    keyStore: keys ?? null,
    deliveries: deliveries ?? null,
  });
  if (keys === undefined && copy.namesKeyStore) {
    throw new Error(
      `${keyFile(from)} is missing, and no service starts on this copy without it: numbers and texts cannot be read, and no ` +
        'opt-out is found. Put the key store back: docs/operations.md, "Backup and restore".',
    );
  }
  return 0;
}

/** A key store that is replaced takes all numbers and texts of its ledger with it. */
function checkReplacesNothing(to: string): void {
  const files = [ledgerFile(to), ...(wasCutOff(to) ? [] : [keyFile(to)])];
  const there = files.find((file) => existsSync(file));
  if (there === undefined) return;
  throw new Error(`${there} exists, and a backup replaces nothing. Name an empty directory.`);
}

/** A file of an earlier time in DATA_DIR must not pass for the backup of a ledger that is elsewhere. */
function checkLedgerIsAFile(eventStore: string | undefined): void {
  if (eventStore === 'eventstoredb') {
    throw new Error(
      'The ledger is on EventStoreDB (EVENT_STORE), which this command does not copy. Back up the server by its own tools, ' +
        'and then the schema waybill_keys of PostgreSQL (pg_dump -n waybill_keys). Or stop the service and copy all into a ' +
        'directory: npm run migrate-ledger -- --from "$EVENTSTORE_URL" --to DIRECTORY. --from copies a SQLite ledger all the same.',
    );
  }
  if (eventStore === 'memory') {
    throw new Error('The ledger is in memory (EVENT_STORE) and ends with the service.');
  }
}

await runCommand(USAGE, backUp);
