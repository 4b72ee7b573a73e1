import { openLedger } from '../../adapters/event-store/event-store.module.js';
import { existingLedger } from '../../adapters/event-store/sqlite/ledger-file.js';
import { openKeyStore } from '../../adapters/key-store/open-key-store.js';
import { systemClocks } from '../../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../adapters/system/uuid-identifiers.js';
import { acceptKeyStore } from '../../application/migrating/accept-key-store.js';
import { keyRowsOf, parseConfig } from '../../config.js';
import { flag, json, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { toldBy } from '../told.js';

const USAGE = `Lets a ledger go on with another key store, because its own is lost for good. Stop the service first.

  npm run accept-key-store -- --lost [--json]

  --json  prints as one JSON document whether anything was changed

What it means, for ever:
  - All numbers, texts and raw webhooks recorded so far read "erased". Messages still count, and proofs still hold.
  - Nobody who has opted out is known any more. Sending is held: enter the opt-outs that you know of anew
    (PUT /v1/suppressions/{number}) before you release it.
  - Messages that wait cannot be sent, and secrets of outgoing webhooks change: rotate each of them.
  - An Idempotency-Key from before is not recognised: a request from before that is repeated is sent again.
Where only the master key is lost, move keys.sqlite, keys.sqlite-wal and keys.sqlite-shm out of DATA_DIR first: a new key store is made.
A backup of the key store (keys.sqlite, or the schema waybill_keys) with its master key is always better: restore it instead.
Exit code: 0 accepted, 1 it could not be, 2 wrong usage.
`;

async function accept(args: readonly string[], print: Print): Promise<number> {
  const values = optionsOf(args, { lost: flag, json });
  if (values.lost !== true) throw new UsageError('Say --lost when no backup of it is left.');
  const told = toldBy(print, values.json);
  const { eventStore, readModel, masterKeys } = parseConfig(process.env);
  // A ledger would be made where there is none.
  if (eventStore.kind === 'sqlite') existingLedger(eventStore.directory);
  const ledger = await openLedger(eventStore);
  const keys = openKeyStore(keyRowsOf({ eventStore, readModel }), masterKeys);
  try {
    const own = await keys.fingerprint();
    if (!(await acceptKeyStore(ledger.store, own, uuidIdentifiers, systemClocks))) {
      told.words('The key store is that of this ledger. Nothing was changed.');
      told.facts({ accepted: false });
      return 0;
    }
    told.words(
      'The ledger names the present key store now. What was encrypted before reads "erased".',
    );
    told.words('Sending is held: enter the known opt-outs anew, and then: npm run resume');
    told.facts({ accepted: true });
    return 0;
  } finally {
    await keys.close();
    await ledger.store.close();
  }
}

await runCommand(USAGE, accept);
