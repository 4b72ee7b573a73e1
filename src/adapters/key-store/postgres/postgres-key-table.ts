import type { PoolClient } from 'pg';
import type { DestroyedKeys } from '../../../application/ports/personal-keys.js';
import { PostgresSchema } from '../../postgres/postgres-schema.js';
import {
  isDay,
  notCounted,
  type FoundKey,
  type KeyPlace,
  type KeyRow,
  type KeyStoreRows,
  type KeyTable,
  type Owner,
  type Rewrapped,
  type WantedKey,
} from '../key-table.js';
import { allKeyRows, replaceKeyRows } from './copy-key-rows.js';

const SCHEMA = 'waybill_keys';
const CONNECTIONS_MAX = 4;
const QUERY_MS_MAX = 3_000;
/** Keys of a month have no index: to find them takes seconds among ten million keys, and nobody waits for it. */
const SEARCH_MS_MAX = 5 * 60_000;
/** Keys destroyed by one statement. */
const KEYS_AT_ONCE = 5_000;
/** Before every hash. */
const NO_HASH = Buffer.alloc(0);

const tables = `
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.secret (
    id smallint PRIMARY KEY CHECK (id = 1),
    bytes bytea NOT NULL
  );
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.contacts (hash bytea PRIMARY KEY, id text NOT NULL);
  -- id: null after an erasure, until the person becomes known again. erased: the id before.
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.persons (hash bytea PRIMARY KEY, id text UNIQUE, erased text);
  -- What each erasure by number has destroyed, for who asks again because no answer came.
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.erasures (person text PRIMARY KEY, keys integer NOT NULL, erased_before text);
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.personal_keys (
    person text, month integer, wrapped bytea NOT NULL, PRIMARY KEY (person, month)
  );
  -- The planner's statistics would keep a sample of keys after they are destroyed. Said once, because it would wait for a VACUUM.
  DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = '${SCHEMA}.personal_keys'::regclass
        AND attname = 'wrapped' AND attstattarget IS DISTINCT FROM 0) THEN
      ALTER TABLE ${SCHEMA}.personal_keys ALTER COLUMN wrapped SET STATISTICS 0;
    END IF;
  END $$;
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.erasures_seen (
    id smallint PRIMARY KEY CHECK (id = 1), mark text NOT NULL
  )`;

/** A schema in the database that all instances share. */
export class PostgresKeyTable implements KeyTable {
  private readonly schema: PostgresSchema;

  constructor(url: string) {
    this.schema = new PostgresSchema(url, {
      name: SCHEMA,
      statements: [tables],
      connectionsMax: CONNECTIONS_MAX,
      queryMsMax: QUERY_MS_MAX,
    });
  }

  async secret(proposed: Buffer): Promise<Buffer> {
    await this.schema.query(`INSERT INTO ${SCHEMA}.secret VALUES (1, $1) ON CONFLICT DO NOTHING`, [
      proposed,
    ]);
    const { rows } = await this.schema.query<{ bytes: Buffer }>(
      `SELECT bytes FROM ${SCHEMA}.secret`,
    );
    return rows[0]?.bytes ?? proposed;
  }

  async contact(hash: Buffer): Promise<string | undefined> {
    const { rows } = await this.schema.query<{ id: string }>({
      name: 'contact',
      text: `SELECT id FROM ${SCHEMA}.contacts WHERE hash = $1`,
      values: [hash],
    });
    return rows[0]?.id;
  }

  async addContact(hash: Buffer, proposedId: string): Promise<string> {
    await this.schema.query(
      `INSERT INTO ${SCHEMA}.contacts VALUES ($1, $2) ON CONFLICT DO NOTHING`,
      [hash, proposedId],
    );
    return (await this.contact(hash)) ?? proposedId;
  }

  /** In one order everywhere, first the persons and then the keys, so that two instances do not wait for each other. */
  async keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]> {
    return this.schema.transaction(async (client) => {
      const owned: OwnedKey[] = [];
      for (const [index, one] of [...wanted.entries()].toSorted(byOwner)) {
        owned.push({ index, one, owner: await ownerOf(client, one) });
      }
      const found: FoundKey[] = [];
      for (const { index, one, owner } of owned.toSorted(byKey)) {
        found[index] = await keyFor(client, one, owner);
      }
      return found;
    });
  }

  async keys(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    const { rows } = await this.schema.query<KeyRow>({
      name: 'keys',
      text: `SELECT person, month, wrapped FROM ${SCHEMA}.personal_keys
        JOIN unnest($1::text[], $2::int[]) AS wanted (person, month) USING (person, month)`,
      values: [places.map(({ person }) => person), places.map(({ month }) => month)],
    });
    return rows;
  }

  async erase(hash: Buffer): Promise<DestroyedKeys | undefined> {
    return this.schema.transaction(async (client) => {
      const { rows } = await client.query<Owner>(
        `SELECT id, erased FROM ${SCHEMA}.persons WHERE hash = $1 FOR UPDATE`,
        [hash],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      if (row.id === null) return destroyedBefore(client, row.erased ?? '');
      const keys = await client.query(`DELETE FROM ${SCHEMA}.personal_keys WHERE person = $1`, [
        row.id,
      ]);
      await client.query(`UPDATE ${SCHEMA}.persons SET id = NULL, erased = $2 WHERE hash = $1`, [
        hash,
        row.id,
      ]);
      const destroyed = { person: row.id, keys: keys.rowCount ?? 0, erasedBefore: row.erased };
      // A copy of another store may bring the person back.
      await client.query(
        `INSERT INTO ${SCHEMA}.erasures VALUES ($1, $2, $3) ON CONFLICT (person)
          DO UPDATE SET keys = excluded.keys, erased_before = excluded.erased_before`,
        [destroyed.person, destroyed.keys, destroyed.erasedBefore],
      );
      return destroyed;
    });
  }

  async erasePerson(person: string): Promise<number> {
    return this.schema.transaction(async (client) => {
      // Locks the person as `keyFor` does.
      await client.query(
        `UPDATE ${SCHEMA}.persons SET id = NULL, erased = $1::text WHERE id = $1::text`,
        [person],
      );
      const keys = await client.query(`DELETE FROM ${SCHEMA}.personal_keys WHERE person = $1`, [
        person,
      ]);
      return keys.rowCount ?? 0;
    });
  }

  async keysAfter(after: KeyPlace | undefined, rowsMax: number): Promise<readonly KeyRow[]> {
    const { rows } = await this.schema.query<KeyRow>(
      `SELECT person, month, wrapped FROM ${SCHEMA}.personal_keys
        WHERE (person, month) > ($1::text, $2::int) ORDER BY person, month LIMIT $3`,
      [after?.person ?? '', after?.month ?? 0, rowsMax],
    );
    return rows;
  }

  async rewrap(changes: readonly Rewrapped[]): Promise<number> {
    const { rowCount } = await this.schema.query(
      `UPDATE ${SCHEMA}.personal_keys AS stored SET wrapped = change.wrapped
        FROM unnest($1::text[], $2::int[], $3::bytea[], $4::bytea[])
          AS change (person, month, wrapped, before)
        WHERE stored.person = change.person AND stored.month = change.month
          AND stored.wrapped = change.before`,
      [
        changes.map(({ person }) => person),
        changes.map(({ month }) => month),
        changes.map(({ wrapped }) => wrapped),
        changes.map(({ before }) => before),
      ],
    );
    return rowCount ?? 0;
  }

  async rewrapSecret(before: Buffer, after: Buffer): Promise<void> {
    await this.schema.query(`UPDATE ${SCHEMA}.secret SET bytes = $1 WHERE bytes = $2`, [
      after,
      before,
    ]);
  }

  /** PostgreSQL removes older rows with VACUUM: docs/erasure.md. */
  async forgetChanged(): Promise<void> {}

  async hasErased(person: string): Promise<boolean> {
    const { rows } = await this.schema.query(
      `SELECT FROM ${SCHEMA}.persons WHERE erased = $1 LIMIT 1`,
      [person],
    );
    return rows.length > 0;
  }

  async erasuresSeen(): Promise<string | undefined> {
    const { rows } = await this.schema.query<{ mark: string }>(
      `SELECT mark FROM ${SCHEMA}.erasures_seen`,
    );
    return rows[0]?.mark;
  }

  async noteErasuresSeen(mark: string): Promise<void> {
    await this.schema.query(
      `INSERT INTO ${SCHEMA}.erasures_seen VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET mark = excluded.mark`,
      [mark],
    );
  }

  allRows(): AsyncIterable<KeyStoreRows> {
    return allKeyRows(this.schema, SCHEMA, (after, rowsMax) => this.keysAfter(after, rowsMax));
  }

  replaceAll(rows: AsyncIterable<KeyStoreRows>): Promise<void> {
    return this.schema.transaction((client) => replaceKeyRows(client, SCHEMA, rows));
  }

  async eraseBefore(month: number, signal?: AbortSignal): Promise<number> {
    const some = {
      text: `DELETE FROM ${SCHEMA}.personal_keys WHERE ctid = ANY (ARRAY (
          SELECT ctid FROM ${SCHEMA}.personal_keys WHERE month < $1 LIMIT $2))`,
      values: [month, KEYS_AT_ONCE],
      query_timeout: SEARCH_MS_MAX,
    };
    const any = {
      text: `SELECT 1 FROM ${SCHEMA}.personal_keys WHERE month < $1 LIMIT 1`,
      values: [month],
      query_timeout: SEARCH_MS_MAX,
    };
    let keys = 0;
    // A row that a rotation of the master key exchanges at the same moment is not the one that was found, and stays.
    while ((await this.schema.queryUntil(signal, any)).rows.length > 0) {
      let destroyed: number;
      do {
        destroyed = (await this.schema.queryUntil(signal, some)).rowCount ?? 0;
        keys += destroyed;
      } while (destroyed === KEYS_AT_ONCE);
    }
    return keys;
  }

  async close(): Promise<void> {
    await this.schema.close();
  }
}

async function destroyedBefore(client: PoolClient, person: string): Promise<DestroyedKeys> {
  const { rows } = await client.query<Omit<DestroyedKeys, 'person'>>(
    `SELECT keys, erased_before AS "erasedBefore" FROM ${SCHEMA}.erasures WHERE person = $1`,
    [person],
  );
  return { person, ...(rows[0] ?? notCounted) };
}

interface OwnedKey {
  readonly index: number;
  readonly one: WantedKey;
  readonly owner: Owner;
}

type Indexed = readonly [index: number, one: WantedKey];

const byOwner = ([, left]: Indexed, [, right]: Indexed): number =>
  Buffer.compare(left.hash ?? NO_HASH, right.hash ?? NO_HASH) ||
  (left.person < right.person ? -1 : 1);

const byKey = (left: OwnedKey, right: OwnedKey): number =>
  keyOrder(left) < keyOrder(right) ? -1 : 1;

const keyOrder = ({ one: { month }, owner: { id } }: OwnedKey): string => `${id} ${month}`;

async function keyFor(
  client: PoolClient,
  { person, month, wrapped }: WantedKey,
  owner: Owner,
): Promise<FoundKey> {
  if (owner.id === null) return { person: owner.erased ?? person, wrapped: null };
  const place = [owner.id, month];
  if (owner.id === person) {
    await client.query({
      name: 'add-key',
      text: `INSERT INTO ${SCHEMA}.personal_keys VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      values: [...place, wrapped],
    });
  }
  const { rows } = await client.query<{ wrapped: Buffer }>({
    name: 'key',
    text: `SELECT wrapped FROM ${SCHEMA}.personal_keys WHERE person = $1 AND month = $2`,
    values: place,
  });
  return { person: owner.id, wrapped: rows[0]?.wrapped };
}

/** Locks the person, so that an erasure either comes first or finds the key. */
const ownerOf = (client: PoolClient, { hash, ...wanted }: WantedKey): Promise<Owner> =>
  hash === null ? knownPerson(client, wanted.person) : personOf(client, hash, wanted);

async function knownPerson(client: PoolClient, person: string): Promise<Owner> {
  if (isDay(person)) return { id: person, erased: null };
  const { rows } = await client.query({
    name: 'known-person',
    text: `SELECT id FROM ${SCHEMA}.persons WHERE id = $1 FOR SHARE`,
    values: [person],
  });
  return { id: rows.length === 0 ? null : person, erased: person };
}

async function personOf(
  client: PoolClient,
  hash: Buffer,
  { person: proposed, mayReturn }: Pick<WantedKey, 'person' | 'mayReturn'>,
): Promise<Owner> {
  // Most are known, and then all who want their keys share the lock. What follows locks the row for one alone.
  const { rows: known } = await client.query<Owner>({
    name: 'person',
    text: `SELECT id, erased FROM ${SCHEMA}.persons WHERE hash = $1 AND id IS NOT NULL FOR SHARE`,
    values: [hash],
  });
  if (known[0] !== undefined) return known[0];
  await client.query({
    name: 'add-person',
    text: `INSERT INTO ${SCHEMA}.persons (hash, id) VALUES ($1, $2)
      ON CONFLICT (hash) DO UPDATE SET id = excluded.id WHERE $3 AND persons.id IS NULL`,
    values: [hash, proposed, mayReturn],
  });
  const { rows } = await client.query<Owner>({
    name: 'added-person',
    text: `SELECT id, erased FROM ${SCHEMA}.persons WHERE hash = $1 FOR SHARE`,
    values: [hash],
  });
  return rows[0] ?? { id: null, erased: null };
}
