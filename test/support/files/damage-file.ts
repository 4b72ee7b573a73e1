import { randomBytes } from 'node:crypto';
import {
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const PAGE_BYTES = 4_096;

/** Moves all of a database into its own file; open connections then read the file instead of their caches. */
export function foldIn(file: string): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    database.exec(`PRAGMA user_version = ${version}; PRAGMA wal_checkpoint(TRUNCATE)`);
  } finally {
    database.close();
  }
}

function overwrite(file: string, from: number, bytes: Uint8Array): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, from);
  closeSync(handle);
}

/** Damage that a disk or a person may do to a file. */
export const damages = {
  'random bytes in its pages': (file: string): void => {
    const { size } = statSync(file);
    overwrite(file, PAGE_BYTES, randomBytes(Math.max(0, size - PAGE_BYTES)));
  },
  'zeros in its pages': (file: string): void => {
    const { size } = statSync(file);
    overwrite(file, PAGE_BYTES, new Uint8Array(Math.max(0, size - PAGE_BYTES)));
  },
  'half of it cut off': (file: string): void =>
    truncateSync(file, Math.floor(statSync(file).size / PAGE_BYTES / 2) * PAGE_BYTES),
  'all of it cut off': (file: string): void => truncateSync(file, 0),
  'another content': (file: string): void =>
    writeFileSync(file, 'This is not a database. '.repeat(2_000)),
  'no file': (file: string): void => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  },
} as const;

export type DamageKind = keyof typeof damages;

export const damageKinds = Object.keys(damages) as DamageKind[];
