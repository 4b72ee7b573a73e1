import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { openLedger } from '../../adapters/event-store/event-store.module.js';
import { beginCopy, endCopy, ledgerFile } from '../../adapters/event-store/sqlite/ledger-file.js';
import { systemClocks } from '../../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../adapters/system/uuid-identifiers.js';
import { copyLedger, type CopyProgress } from '../../application/migrating/copy-ledger.js';
import { holdMarkedCopy } from '../../application/sending/hold-marked-copy.js';
import type { CopyDeliveries } from '../../application/migrating/copy-deliveries.js';
import type { EncryptedForm } from '../../adapters/event-store/sealed/encrypted-form.js';
import type { CopiedKeys } from '../../adapters/key-store/copy-key-store.js';
import {
  checkUsage,
  dataDirectory,
  flag,
  json,
  option,
  optionsOf,
  runCommand,
  UsageError,
  type Print,
} from '../command.js';
import { beginDeliveries } from '../delivery-copy.js';
import { beginEncryptedCopy, type EncryptedCopy } from '../encrypted-copy.js';
import { takeKeyStoreAlong, type StoredLedger } from '../key-store-copy.js';
import { toldBy, type Told } from '../told.js';
import { progressOn } from './progress.js';

const USAGE = `Copies a whole ledger into another, and compares the two event by event.

  npm run migrate-ledger -- [--from LEDGER] [--to LEDGER] [--json]
  npm run migrate-ledger -- --encrypt [--from LEDGER] [--to LEDGER] [--json]

  LEDGER  a directory with a SQLite ledger, or a connection string (esdb://...)
  --from  where the events are (DATA_DIR)
  --to    an empty ledger, or one that an interrupted run began to fill (EVENTSTORE_URL)
  --encrypt  encrypts on the way what an earlier version recorded in plain text, so that persons can be erased; the key store and
             its keys go along. Bytes change, so a new transparency log begins; its first entry holds the last checkpoint of the old one
  --json  prints what was copied as one JSON document

The key store goes along. Beside a SQLite ledger it is in its directory; beside an EventStoreDB it is on PostgreSQL where
READ_MODEL=postgres and DATABASE_URL say so, otherwise in DATA_DIR. Give the new service the same master key. How far the outgoing
webhooks of a SQLite ledger are goes along to the same place. It replaces no key store that a service uses with another ledger.

Stop the service first, and start it on the new ledger afterwards. An interrupted run is simply repeated: no service starts on a
directory that is not finished.
A backup (npm run backup) gets an event that holds sending first, so that its copy starts held as it would itself. Any
other ledger is copied as it is: if it goes on being used, start the copy with SENDING=held.
A connection string may hold a password: give it by EVENTSTORE_URL rather than as an argument.
Exit code: 0 copied and compared, 1 it could not be copied or differs, 2 wrong usage.
`;

const HELD =
  'The ledger is a backup, so what waits in it may have been sent already: sending is held in it and in its copy.';
const NOT_A_BACKUP =
  'If any service has sent since from the ledger that was copied, start the new one with SENDING=held.';

const labels: Readonly<Record<CopyProgress['phase'], string>> = {
  counting: 'Counting ',
  copying: 'Copying  ',
  verifying: 'Comparing',
};

async function migrateLedger(args: readonly string[], print: Print): Promise<number> {
  const { from, to, encrypts, isJson } = readAddresses(args);
  const told = toldBy(print, isJson);
  const interruption = new AbortController();
  const interrupt = (): void =>
    interruption.abort(new Error('Interrupted. Run it again to go on where it stopped.'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  const progress = progressOn(process.stderr);
  const source = await openLedger(from);
  try {
    const isHeldNow = await holdMarkedCopy(
      source.store,
      await source.origin(),
      uuidIdentifiers,
      systemClocks,
    );
    if (isHeldNow) told.words(HELD);
    if (to.kind === 'sqlite') await beginCopy(to.directory);
    const target = await openLedger(to, true);
    let encrypted: EncryptedCopy | undefined;
    let deliveries: CopyDeliveries | undefined;
    try {
      deliveries = await beginDeliveries(from, to, source);
      if (encrypts) encrypted = await beginEncryptedCopy(from, to, source, target);
      const { events, alreadyThere } = await copyLedger(source, target, {
        form: encrypted?.form,
        onSame: deliveries?.seen,
        signal: interruption.signal,
        onProgress: ({ phase, events: done, total }) => progress.show(labels[phase], done, total),
      });
      progress.end();
      told.words(`Both ledgers hold the same ${events} events, in the same order.`);
      const keyStore =
        encrypted === undefined ? await takeKeyStoreAlong(from, to, source, target) : undefined;
      if (encrypted !== undefined) tellEncrypted(encrypted.form, alreadyThere, told);
      else tellKeys(keyStore, told);
      const endpoints = (await deliveries?.finish((await target.origin()).identity)) ?? 0;
      if (to.kind === 'sqlite') endCopy(to.directory);
      if (endpoints > 0)
        told.words(`How far ${endpoints} receivers of outgoing webhooks are went along.`);
      if (alreadyThere > 0)
        told.words(`${alreadyThere} of them had been copied by an earlier run.`);
      told.words(NOT_A_BACKUP);
      told.facts({
        events,
        alreadyThere,
        held: isHeldNow,
        keyStore: keyStore ?? null,
        endpoints,
        encrypted: encrypted?.form.encrypted ?? null,
        unreadable: encrypted?.form.unreadable ?? null,
      });
      return 0;
    } finally {
      progress.end();
      await deliveries?.close();
      await encrypted?.close();
      await target.store.close();
    }
  } finally {
    await source.store.close();
  }
}

function tellKeys(copied: CopiedKeys | undefined, told: Told): void {
  if (copied === undefined) return;
  const { persons, keys } = copied;
  told.words(
    `The key store went along: ${keys} keys of ${persons} persons, for the same master key.`,
  );
}

function tellEncrypted(
  { encrypted, unreadable }: EncryptedForm,
  alreadyThere: number,
  told: Told,
): void {
  if (encrypted + unreadable + alreadyThere === 0) {
    told.words('Nothing in the ledger was plain text, so there was no need for a copy.');
    return;
  }
  told.words(`${encrypted} events were encrypted now. Each was opened again and compared.`);
  if (unreadable > 0) {
    told.words(`${unreadable} damaged events were copied as they are, and may hold plain text.`);
  }
  told.words(
    'The ledger that was copied still holds plain text: delete it, its read models and its backups once the new one runs. ' +
      'Keep it for as long as somebody may want to check an earlier checkpoint.',
  );
}

function readAddresses(args: readonly string[]): {
  readonly from: StoredLedger;
  readonly to: StoredLedger;
  readonly encrypts: boolean;
  readonly isJson: boolean;
} {
  const values = optionsOf(args, { from: option, to: option, encrypt: flag, json });
  const from = addressOf(values.from ?? dataDirectory());
  const toText = values.to ?? process.env['EVENTSTORE_URL'] ?? '';
  checkUsage(
    from.kind === 'sqlite' &&
      !existsSync(ledgerFile(from.directory)) &&
      `There is no ledger in ${from.directory}.`,
    toText === '' && 'Say where to copy to: --to or EVENTSTORE_URL.',
  );
  const to = addressOf(toText);
  if (JSON.stringify(from) === JSON.stringify(to)) {
    throw new UsageError('A ledger cannot be copied into itself.');
  }
  return { from, to, encrypts: values.encrypt === true, isJson: values.json === true };
}

const addressOf = (text: string): StoredLedger =>
  /^[a-z+]+:\/\//.test(text)
    ? { kind: 'eventstoredb', url: text }
    : { kind: 'sqlite', directory: resolve(text) };

await runCommand(USAGE, migrateLedger);
