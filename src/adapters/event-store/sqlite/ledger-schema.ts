import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../../application/errors.js';

/** Marks a SQLite file as a ledger: "Wayb" in ASCII. */
const APPLICATION_ID = 0x57617962;

/** Stream names are ASCII and never contain this character, so it ends the range of a prefix. */
export const AFTER_ALL_NAMES = '\u007f';

/** The columns that every read of an event begins with. */
export type EventCells = readonly [
  position: number,
  revision: number,
  id: string,
  type: string,
  version: number,
  data: string,
];

/** In the order of `EventCells`. */
export const eventColumns = 'position, revision, id, type, version, data';

/** Counts the changes of the tables below. */
const SCHEMA_VERSION = 1;

/**
 * A stream's name is stored twice (table and index) however many events it has, and events refer to it by a number of
 * a few bytes. The index of (stream, revision) then costs about 15 bytes an event.
 *
 * AUTOINCREMENT never gives a position twice, also not after a crash. Only one connection writes, so positions become
 * visible in their order.
 */
const schema = `
  CREATE TABLE streams (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES streams (number),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;

  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
  BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;

  CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
  BEGIN SELECT RAISE (ABORT, 'an event is never removed'); END;

  -- A row that is written to find out whether writing is possible.
  CREATE TABLE write_checks (count INTEGER NOT NULL) STRICT;
  INSERT INTO write_checks VALUES (0);

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Added without a new schema version, so that an older build can still use the ledger. */
const identitySchema = `
  -- One row. A backup gets an identity of its own, and the time at which it was made.
  CREATE TABLE IF NOT EXISTS identity (id TEXT NOT NULL, copied_at TEXT) STRICT;
`;

export interface StoredIdentity {
  readonly id: string;
  /** When the backup that this file comes from was made, ISO 8601 UTC. */
  readonly copiedAt: string | undefined;
}

/** Reads the ledger's identity, and creates it in a new ledger or one of an earlier build. */
function identityOf(database: DatabaseSync): StoredIdentity {
  database.exec(`BEGIN IMMEDIATE; ${identitySchema}`);
  try {
    database
      .prepare('INSERT INTO identity SELECT ?, NULL WHERE NOT EXISTS (SELECT 1 FROM identity)')
      .run(randomUUID());
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
  const row = database.prepare('SELECT id, copied_at AS copiedAt FROM identity').get();
  const copiedAt = row?.['copiedAt'];
  return { id: String(row?.['id']), copiedAt: typeof copiedAt === 'string' ? copiedAt : undefined };
}

/** Reads a ledger's identity without writing. @returns undefined in a ledger of an earlier build */
export function storedIdentity(file: string): string | undefined {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = `SELECT count(*) FROM sqlite_schema WHERE name = 'identity'`;
    if (numberOf(database, tables) === 0) return undefined;
    const id = database.prepare('SELECT id FROM identity').get()?.['id'];
    return typeof id === 'string' ? id : undefined;
  } finally {
    database.close();
  }
}

/** Gives a copy an identity of its own, because it and its original diverge from now on. */
export function markAsCopy(database: DatabaseSync, copiedAt: string): void {
  database.exec(`BEGIN IMMEDIATE; ${identitySchema} DELETE FROM identity;`);
  database.prepare('INSERT INTO identity VALUES (?, ?)').run(randomUUID(), copiedAt);
  database.exec('COMMIT');
}

/**
 * Creates the ledger where there is none, and checks that this build can read and write an existing one. @returns its
 * identity @throws StoreUnavailable
 */
export function prepareLedger(file: string): StoredIdentity {
  const database = new DatabaseSync(file);
  try {
    if (isUntouched(database)) {
      database.exec('PRAGMA journal_mode = WAL');
      database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    }
    checkLedger(file, database);
    return identityOf(database);
  } finally {
    database.close();
  }
}

const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0]);

const isUntouched = (database: DatabaseSync): boolean =>
  numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0 &&
  numberOf(database, 'PRAGMA user_version') === 0;

/** @throws StoreUnavailable for a file that is no ledger, or one of a newer build */
export function checkLedger(file: string, database: DatabaseSync): void {
  if (numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw new StoreUnavailable(`${file} is a database, but not a ledger`);
  }
  const version = numberOf(database, 'PRAGMA user_version');
  if (version > SCHEMA_VERSION) {
    throw new StoreUnavailable(
      `${file} was written by a newer build: it has schema version ${version}, ` +
        `and this build knows ${SCHEMA_VERSION}`,
    );
  }
}
