import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openLedger } from '../../adapters/event-store/event-store.module.js';
import { systemClocks } from '../../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../adapters/system/uuid-identifiers.js';
import { copyLedger, type CopyProgress } from '../../application/migrating/copy-ledger.js';
import { holdMarkedCopy } from '../../application/sending/hold-marked-copy.js';
import { runCommand, UsageError, type Print } from '../command.js';
import { progressOn } from './progress.js';

const USAGE = `Copies a whole ledger into another, and compares the two event by event.

  npm run migrate-ledger -- [--from LEDGER] [--to LEDGER]

  LEDGER  a directory with a SQLite ledger, or a connection string (esdb://...)
  --from  where the events are (DATA_DIR)
  --to    an empty ledger, or one that an interrupted run began to fill (EVENTSTORE_URL)

Stop the service first, and start it on the new ledger afterwards. An interrupted run is simply repeated.
A backup (npm run backup) gets an event that holds sending first, so that its copy starts held as it would itself. Any
other ledger is copied as it is: if it goes on being used, start the copy with SENDING=held.
A connection string may hold a password: give it by EVENTSTORE_URL rather than as an argument.
`;

const HELD =
  'The ledger is a backup, so what waits in it may have been sent already: sending is held in it and in its copy.';
const NOT_A_BACKUP =
  'If any service has sent since from the ledger that was copied, start the new one with SENDING=held.';

type LedgerAddress =
  | { readonly kind: 'sqlite'; readonly directory: string }
  | { readonly kind: 'eventstoredb'; readonly url: string };

const labels: Readonly<Record<CopyProgress['phase'], string>> = {
  counting: 'Counting ',
  copying: 'Copying  ',
  verifying: 'Comparing',
};

async function migrateLedger(args: readonly string[], print: Print): Promise<number> {
  const { from, to } = readAddresses(args);
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
    if (isHeldNow) print(HELD);
    const target = await openLedger(to);
    try {
      const { events, alreadyThere } = await copyLedger(source, target, {
        signal: interruption.signal,
        onProgress: ({ phase, events: done, total }) => progress.show(labels[phase], done, total),
      });
      progress.end();
      print(`Both ledgers hold the same ${events} events, in the same order.`);
      if (alreadyThere > 0) print(`${alreadyThere} of them had been copied by an earlier run.`);
      print(NOT_A_BACKUP);
      return 0;
    } finally {
      progress.end();
      await target.store.close();
    }
  } finally {
    await source.store.close();
  }
}

function readAddresses(args: readonly string[]): {
  readonly from: LedgerAddress;
  readonly to: LedgerAddress;
} {
  const { values } = parseArgs({
    args: [...args],
    options: { from: { type: 'string' }, to: { type: 'string' } },
  });
  const from = addressOf(values.from ?? process.env['DATA_DIR'] ?? './data');
  const toText = values.to ?? process.env['EVENTSTORE_URL'] ?? '';
  if (toText === '') throw new UsageError('Say where to copy to: --to or EVENTSTORE_URL.');
  const to = addressOf(toText);
  if (from.kind === 'sqlite' && !existsSync(join(from.directory, 'ledger.sqlite'))) {
    throw new UsageError(`There is no ledger in ${from.directory}.`);
  }
  if (JSON.stringify(from) === JSON.stringify(to)) {
    throw new UsageError('A ledger cannot be copied into itself.');
  }
  return { from, to };
}

const addressOf = (text: string): LedgerAddress =>
  /^[a-z+]+:\/\//.test(text)
    ? { kind: 'eventstoredb', url: text }
    : { kind: 'sqlite', directory: resolve(text) };

await runCommand(USAGE, migrateLedger);
