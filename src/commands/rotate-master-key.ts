import { existsSync, statSync } from 'node:fs';
import {
  openKeyStore,
  openKeyTable,
  openMasterKeys,
  type KeyRowsConfig,
  type MasterKeysConfig,
} from '../adapters/key-store/open-key-store.js';
import { masterKeysIn, replaceMasterKeys } from '../adapters/key-store/master-key-file.js';
import { newMasterKey } from '../adapters/key-store/master-keys.js';
import { rewrapKeys } from '../adapters/key-store/rewrap-keys.js';
import { keyFile } from '../adapters/key-store/sqlite/sqlite-key-table.js';
import { keyRowsOf, parseConfig } from '../config.js';
import { UsageError } from './command.js';
import type { Told } from './told.js';
import { progressOn } from './ledger/progress.js';

/** By then every running process follows the file, and nothing that the old key wrapped is under way. */
const FOLLOWED_BY_ALL_MS = 60_000;

const KEEP =
  'Keep the old master key for as long as a backup of the key store that was made before.';

/** @param isEnd takes the old key out of the file, once nothing needs it @throws Error, UsageError */
export async function rotateMasterKey(isEnd: boolean, told: Told): Promise<number> {
  const config = parseConfig(process.env);
  const rows = keyRowsOf(config);
  await checkStore(rows);
  const { masterKeys } = config;
  // Before a new key takes the first place: the present ones may not be those of the key store.
  await checkOpens(rows, masterKeys);
  const file = masterKeys.keys === null ? masterKeys.file : null;
  if (isEnd && file !== null) checkAge(file);
  if (!isEnd) begin(masterKeys, file, told);
  const { keys, rewrapped } = await rewrapAll(rows, masterKeys);
  const facts = { keys, rewrapped, file };
  told.words(
    `${rewrapped} of ${keys} keys were wrapped with an older master key, and now are with the current one.`,
  );
  if (!isEnd) {
    told.words(
      file === null
        ? 'When every instance has the new MASTER_KEY first: npm run keys -- rotate-master --finish'
        : 'In a minute: npm run keys -- rotate-master --finish',
    );
    told.facts({ ...facts, finished: false });
    return 0;
  }
  if (rewrapped > 0) {
    told.words(
      'An instance still wrapped with the old one. In a minute, give the same command again.',
    );
    told.facts({ ...facts, finished: false });
    return 1;
  }
  const known = file === null ? masterKeys.keys : masterKeysIn(file);
  if (known?.length === 1) {
    told.words(`No rotation is under way: ${file ?? 'MASTER_KEY'} holds one key.`);
    told.facts({ ...facts, finished: true });
    return 0;
  }
  if (file === null) told.words('Nothing needs the old key any more: take it out of MASTER_KEY.');
  else {
    replaceMasterKeys(file, masterKeysIn(file).slice(0, 1));
    told.words(`Nothing needs the old key any more. ${file} holds the new one alone.`);
  }
  told.words(KEEP);
  told.facts({ ...facts, finished: true });
  return 0;
}

/** An empty key store needs no master key, so one of the wrong place would end the old key of the right one. */
async function checkStore(rows: KeyRowsConfig): Promise<void> {
  if (rows.kind === 'postgres') {
    const table = openKeyTable(rows);
    const keys = await table.keysAfter(undefined, 1).finally(() => table.close());
    if (keys.length > 0) return;
    throw new UsageError('The key store on DATABASE_URL holds no key. Is it the right one?');
  }
  if (rows.directory === null) throw new UsageError('A key store in memory ends with its process.');
  if (!existsSync(keyFile(rows.directory))) {
    throw new UsageError(`There is no key store in ${rows.directory}.`);
  }
}

/** @throws UnknownMasterKey */
async function checkOpens(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): Promise<void> {
  const store = openKeyStore(rows, masterKeys);
  await store.fingerprint().finally(() => store.close());
}

function checkAge(file: string): void {
  const leftMs = FOLLOWED_BY_ALL_MS - (Date.now() - statSync(file).mtimeMs);
  if (leftMs > 0) {
    const seconds = Math.ceil(leftMs / 1000);
    throw new Error(
      `${file} is younger than a minute, and an instance may not have read it yet. Give the same command again in ${seconds} s.`,
    );
  }
}

/** A rotation that was cut off goes on with the key that it had made. */
function begin({ keys }: MasterKeysConfig, file: string | null, told: Told): void {
  if (file === null) {
    if (keys?.length === 1) {
      throw new UsageError(
        'MASTER_KEY holds one key. Put a new one behind it on every instance, then before it on every instance, and then rotate.',
      );
    }
    return;
  }
  const known = masterKeysIn(file);
  if (known.length > 1) return;
  replaceMasterKeys(file, [newMasterKey(), ...known]);
  told.words(`${file} holds a new master key, and the old one behind it.`);
}

async function rewrapAll(
  rows: KeyRowsConfig,
  masterKeys: MasterKeysConfig,
): ReturnType<typeof rewrapKeys> {
  const table = openKeyTable(rows);
  const progress = progressOn(process.stderr);
  try {
    return await rewrapKeys(table, openMasterKeys(masterKeys, rows), (keys) =>
      progress.show('Wrapping', keys, undefined),
    );
  } finally {
    progress.end();
    await table.close();
  }
}
