import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteLogStore } from '../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import type { LogStore } from '../../src/application/ports/log-store.js';
import type { StoredEvent } from '../../src/application/ports/stored-events.js';
import { entryLeaf, entryOf, packEntries } from '../../src/application/proof/log-entry.js';
import { parseSigningKeys } from '../../src/application/proof/notes/signing-keys.js';
import {
  emptyRoot,
  HASH_BYTES,
  perfectRoot,
  sha256,
} from '../../src/application/proof/tree/hashes.js';
import { rootFromTiles } from '../../src/application/proof/tree/proofs.js';
import { hashesOf, TILE_WIDTH } from '../../src/application/proof/tree/tiles.js';

const ORIGIN = 'example.com/waybill/large';

/** Events of the ledger that fill one bundle of the log. */
export interface PlacedBundle {
  readonly number: number;
  readonly events: readonly StoredEvent[];
}

/**
 * Writes a log of so many bundles beside a ledger. The ledger's own events fill a few of them; the others stand for events of other
 * messages: their leaves are all the same, and their entries, which no proof of ours reads, are left out.
 */
export async function writeLargeLog(
  directory: string,
  bundles: number,
  placed: readonly PlacedBundle[],
): Promise<LogStore> {
  const file = join(directory, 'transparency-log.sqlite');
  const { privateKey } = generateKeyPairSync('ed25519');
  const keys = parseSigningKeys(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  if (keys === undefined) throw new Error('a key that was just made is no key');
  const store = new SqliteLogStore(file);
  const state = {
    origin: ORIGIN,
    size: 0,
    position: undefined,
    ledger: undefined,
    checkpoint: keys.sign({ origin: ORIGIN, size: 0, root: emptyRoot() }),
    keys: keys.verifierKeys(ORIGIN),
    decidedHold: undefined,
    replaces: undefined,
  };
  await store.begin(state, undefined);
  writeTiles(file, bundles, new Map(placed.map(({ number, events }) => [number, events])));

  const size = bundles * TILE_WIDTH;
  const root = await rootFromTiles(size, async ({ level, number }) => {
    const tile = await store.tile(level, number);
    if (tile === undefined) throw new Error(`tile ${level}/${number} was not written`);
    return tile;
  });
  await store.grow({
    before: state,
    after: { ...state, size, checkpoint: keys.sign({ origin: ORIGIN, size, root }) },
    tiles: [],
    bundles: [],
  });
  return store;
}

/** Straight into the file, and without waiting for disks. */
function writeTiles(
  file: string,
  bundles: number,
  placed: ReadonlyMap<number, readonly StoredEvent[]>,
): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  const addTile = database.prepare('INSERT INTO tiles VALUES (1, ?, ?, ?)');
  const addBundle = database.prepare('INSERT INTO bundles VALUES (1, ?, ?, ?)');
  const other = Buffer.concat(Array.from({ length: TILE_WIDTH }, () => sha256('\0another event')));
  const otherRoot = perfectRoot(hashesOf(other));
  let roots: Uint8Array[] = [];
  for (let number = 0; number < bundles; number++) {
    const entries = placed.get(number)?.map(entryOf);
    const leaves = entries?.map(entryLeaf);
    addTile.run(0, number, leaves === undefined ? other : Buffer.concat(leaves));
    addBundle.run(number, String(firstPositionOf(number)), packEntries(entries ?? []));
    roots.push(leaves === undefined ? otherRoot : perfectRoot(leaves));
  }
  for (let level = 1; roots.length > 0; level++) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < roots.length; at += TILE_WIDTH) {
      const hashes = roots.slice(at, at + TILE_WIDTH);
      addTile.run(level, at / TILE_WIDTH, Buffer.concat(hashes, hashes.length * HASH_BYTES));
      if (hashes.length === TILE_WIDTH) above.push(perfectRoot(hashes));
    }
    roots = above;
  }
  database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

/** Positions in the ledger begin with 1. */
export const firstPositionOf = (bundle: number): number => bundle * TILE_WIDTH + 1;
