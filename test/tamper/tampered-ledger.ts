import { mkdtempSync, copyFileSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { openLedger } from '../../src/adapters/event-store/event-store.module.js';
import { PagedStoredEvents } from '../../src/adapters/event-store/paged-stored-events.js';
import { StoredEventReader } from '../../src/adapters/event-store/sqlite/stored/stored-event-reader.js';
import { SqliteLogStore } from '../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import { verifyLedger, type Verified } from '../../src/application/proof/verify-ledger.js';
import { newEvents } from '../../testing/events.js';
import type { Random } from '../../testing/seeded-random.js';
import { newSigningKeys, RunningSigner, untilSigned } from '../support/worlds/signed-ledger.js';

/** A change that nobody may make, and the event that a verification must name first. */
export interface Tampering {
  readonly what: string;
  /** `event <revision> of <stream>`. */
  readonly first: string;
}

interface Row {
  readonly position: number;
  readonly revision: number;
  readonly name: string;
}

const TEXTS = ['id', 'type', 'data', 'metadata'] as const;
const STREAM_EVENTS = 5;
const APPENDS_AT_ONCE = 500;

/** A signed ledger that is changed in one place, verified, and made whole again. */
export class TamperedLedger {
  private readonly database: DatabaseSync;
  /** Condition on the positions of the rows that the last change touched. */
  private changed = '';

  private constructor(
    readonly directory: string,
    private readonly events: number,
  ) {
    this.database = new DatabaseSync(join(directory, 'ledger.sqlite'));
    this.database.exec(`
      DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_removed;
      ATTACH '${join(directory, 'whole.sqlite')}' AS whole;`);
  }

  static async create(events: number): Promise<TamperedLedger> {
    const directory = mkdtempSync(join(tmpdir(), 'waybill-tampered-'));
    const unsigned = await openLedger({ kind: 'sqlite', directory });
    for (let at = 0; at < events; at += APPENDS_AT_ONCE * STREAM_EVENTS) {
      const streams = Math.min(APPENDS_AT_ONCE, (events - at) / STREAM_EVENTS);
      await Promise.all(
        Array.from({ length: streams }, () =>
          unsigned.store.append(`message-${randomUUID()}`, newEvents(STREAM_EVENTS), 'no-stream'),
        ),
      );
    }
    await unsigned.store.close();
    // Leaves room between any two events, where another can be put.
    const file = join(directory, 'ledger.sqlite');
    const database = new DatabaseSync(file);
    const { sql } = database
      .prepare(`SELECT sql FROM sqlite_schema WHERE name = 'events_are_never_changed'`)
      .get() as { sql: string };
    database.exec(`DROP TRIGGER events_are_never_changed;
      UPDATE events SET position = -position * 2; UPDATE events SET position = -position; ${sql};
      UPDATE sqlite_sequence SET seq = seq * 2; PRAGMA wal_checkpoint(TRUNCATE);`);
    database.close();
    const ledger = await openLedger({ kind: 'sqlite', directory });
    const store = new SqliteLogStore(join(directory, 'transparency-log.sqlite'));
    const signer = new RunningSigner(ledger, store, { keys: newSigningKeys() });
    await untilSigned(store, events);
    await signer.stop();
    await store.close();
    await ledger.store.close();
    copyFileSync(file, join(directory, 'whole.sqlite'));
    return new TamperedLedger(directory, events);
  }

  /** Changes something at a random place. */
  tamper(random: Random): Tampering {
    const row = this.rowAt(Math.floor(random() * this.events));
    const flip = (): Tampering => this.flip(row, random);
    const kinds = [
      flip,
      flip,
      flip,
      () => this.delete(row),
      () => this.insert(row),
      () => this.insertBeforeAll(row),
      () => this.swap(row, random),
      () => this.truncate(row),
    ];
    const kind = kinds[Math.floor(random() * kinds.length)] ?? flip;
    this.changed = `= ${row.position}`;
    this.database.exec('BEGIN');
    const done = kind();
    this.database.exec('COMMIT');
    return done;
  }

  /** Undoes the last change. */
  restore(): void {
    this.database.exec('BEGIN');
    this.run(`DELETE FROM main.events WHERE position ${this.changed}`);
    this.run(`INSERT INTO main.events SELECT * FROM whole.events WHERE position ${this.changed}`);
    this.database.exec('COMMIT');
  }

  async verify(): Promise<Verified> {
    const reader = new StoredEventReader(this.directory);
    const store = new SqliteLogStore(join(this.directory, 'transparency-log.sqlite'), {
      readOnly: true,
    });
    try {
      const state = await store.state();
      const found = [{ note: state?.checkpoint ?? '', keys: state?.keys ?? '', source: 'the log' }];
      const options = { signal: new AbortController().signal, onProgress: () => undefined };
      return await verifyLedger(new PagedStoredEvents(reader), store, found, options);
    } finally {
      reader.close();
      await store.close();
    }
  }

  end(): void {
    this.database.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private rowAt(index: number): Row {
    return this.database
      .prepare(
        `SELECT position, revision, name FROM main.events JOIN main.streams ON number = stream WHERE position = ?`,
      )
      .get((index + 1) * 2) as unknown as Row;
  }

  private flip({ position, ...row }: Row, random: Random): Tampering {
    const fields = [...TEXTS, 'version', 'revision'] as const;
    const field = fields[Math.floor(random() * fields.length)] ?? 'data';
    const bit = 1 << Math.floor(random() * 8);
    if (field === 'version' || field === 'revision') {
      this.run(
        `UPDATE main.events SET ${field} = ${field} + ? WHERE position = ?`,
        bit * 1000,
        position,
      );
      return { what: `${field} of ${nameOf(row)}`, first: nameOf(row) };
    }
    const cell = this.database
      .prepare(`SELECT CAST(${field} AS BLOB) AS bytes FROM main.events WHERE position = ?`)
      .get(position)?.['bytes'] as Uint8Array;
    const at = Math.floor(random() * cell.length);
    const bytes = Uint8Array.from(cell);
    bytes[at] = (bytes[at] ?? 0) ^ bit;
    this.run(
      `UPDATE main.events SET ${field} = CAST(? AS TEXT) WHERE position = ?`,
      bytes,
      position,
    );
    return { what: `byte ${at} of the ${field} of ${nameOf(row)}`, first: nameOf(row) };
  }

  private delete({ position, ...row }: Row): Tampering {
    this.run('DELETE FROM main.events WHERE position = ?', position);
    return { what: `${nameOf(row)} deleted`, first: nameOf(row) };
  }

  private insert({ position, name }: Row): Tampering {
    this.changed = `= ${position - 1}`;
    this.run(
      `INSERT INTO main.events SELECT position - 1, stream, 777, ?, type, version, data, metadata
       FROM main.events WHERE position = ?`,
      randomUUID(),
      position,
    );
    return { what: `one inserted before ${position}`, first: `event 777 of ${name}` };
  }

  /** Reads by stream find it, as the last event of its stream. */
  private insertBeforeAll({ position, name }: Row): Tampering {
    this.changed = '= -5';
    this.run(
      `INSERT INTO main.events SELECT -5, stream, 777, ?, type, version, data, metadata
       FROM main.events WHERE position = ?`,
      randomUUID(),
      position,
    );
    return { what: 'one inserted before the first position', first: `event 777 of ${name}` };
  }

  private swap(row: Row, random: Random): Tampering {
    const other = this.rowAt(Math.floor(random() * this.events));
    const [first, second] = [row, other].toSorted((one, two) => one.position - two.position);
    if (first === undefined || second === undefined || first.position === second.position) {
      return this.delete(row);
    }
    this.changed = `IN (${first.position}, ${second.position})`;
    this.run('UPDATE main.events SET position = -1 WHERE position = ?', first.position);
    this.run(
      'UPDATE main.events SET position = ? WHERE position = ?',
      first.position,
      second.position,
    );
    this.run('UPDATE main.events SET position = ? WHERE position = -1', second.position);
    return { what: `${nameOf(first)} and ${nameOf(second)} swapped`, first: nameOf(first) };
  }

  private truncate({ position, ...row }: Row): Tampering {
    this.changed = `>= ${position}`;
    this.run('DELETE FROM main.events WHERE position >= ?', position);
    return { what: `cut at ${nameOf(row)}`, first: nameOf(row) };
  }

  private run(sql: string, ...cells: SQLInputValue[]): void {
    this.database.prepare(sql).run(...cells);
  }
}

const nameOf = ({ revision, name }: Pick<Row, 'revision' | 'name'>): string =>
  `event ${revision} of ${name}`;
