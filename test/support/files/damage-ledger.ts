import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export const PAGE_BYTES = 4_096;

const BY_STREAM = 'sqlite_autoindex_events_1';

/** Overwrites a page, as a failing disk does. @param page counts from 1, as in SQLite */
export function overwritePage(file: string, page: number, bytes = randomBytes(PAGE_BYTES)): void {
  const handle = openSync(file, 'r+');
  writeSync(handle, bytes, 0, bytes.length, (page - 1) * PAGE_BYTES);
  closeSync(handle);
}

export const pagesOf = (file: string): number => statSync(file).size / PAGE_BYTES;

function withTable(file: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    database.exec('DROP TRIGGER IF EXISTS events_are_never_changed');
    database.exec('DROP TRIGGER IF EXISTS events_are_never_removed');
    change(database);
  } finally {
    database.close();
  }
}

/**
 * Changes rows and leaves the index unchanged: the state after a lost write of a page. For the change, the schema
 * tells SQLite that there is no index.
 */
function withoutIndex(file: string, change: (database: DatabaseSync) => void): void {
  const rows = ['name', 'type', 'tbl_name', 'rootpage', 'sql'] as const;
  let index: Record<string, unknown> = {};
  let table = '';
  withTable(file, (database) => {
    const master = (name: string): Record<string, unknown> =>
      database.prepare('SELECT * FROM sqlite_schema WHERE name = ?').get(name) ?? {};
    index = master(BY_STREAM);
    table = String(master('events')['sql']);
    database.enableDefensive(false);
    database.exec('PRAGMA writable_schema = ON');
    database.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(BY_STREAM);
    database
      .prepare(`UPDATE sqlite_schema SET sql = ? WHERE name = 'events'`)
      .run(table.replace(/,\s*UNIQUE \(stream, revision\)/, ''));
  });
  withTable(file, change);
  withTable(file, (database) => {
    database.enableDefensive(false);
    database.exec('PRAGMA writable_schema = ON');
    database.prepare(`UPDATE sqlite_schema SET sql = ? WHERE name = 'events'`).run(table);
    database
      .prepare(`INSERT INTO sqlite_schema (${rows.join(', ')}) VALUES (?, ?, ?, ?, ?)`)
      .run(...rows.map((name) => index[name] as string | number | null));
  });
}

const ofStream = `stream = (SELECT number FROM streams WHERE name = ?)`;

/** Damage that SQLite itself detects only in part, or not at all. */
export const ledgerDamages = {
  'an event whose row is lost': (file: string, stream: string): void =>
    withoutIndex(file, (database) =>
      database.prepare(`DELETE FROM events WHERE ${ofStream} AND revision = 1`).run(stream),
    ),
  'an event that its index does not lead to': (file: string, stream: string): void =>
    withoutIndex(file, (database) =>
      database
        .prepare(
          `INSERT INTO events (stream, revision, id, type, version, data, metadata)
           SELECT stream, max(revision) + 1, id, type, version, data, metadata
           FROM events WHERE ${ofStream}`,
        )
        .run(stream),
    ),
  'an event that is gone, in the middle of its stream': (file: string, stream: string): void =>
    withTable(file, (database) =>
      database.prepare(`DELETE FROM events WHERE ${ofStream} AND revision = 1`).run(stream),
    ),
  'a stream without a name': (file: string, stream: string): void =>
    withTable(file, (database) => {
      database.exec('PRAGMA foreign_keys = OFF');
      database.prepare('DELETE FROM streams WHERE name = ?').run(stream);
    }),
} as const;

/** Changes an event's stored text or type, as a failing disk or a newer build may. */
export function changeLastEvent(file: string, stream: string, change: string): void {
  withTable(file, (database) =>
    database
      .prepare(
        `UPDATE events SET ${change} WHERE position = (SELECT max(position) FROM events WHERE ${ofStream})`,
      )
      .run(stream),
  );
}
