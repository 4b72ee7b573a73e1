import { Pool, type PoolClient } from 'pg';
import type { DestroyedKeys } from '../../../application/ports/personal-keys.js';
import { isDay, type FoundKey, type KeyRow, type KeyTable, type WantedKey } from '../key-table.js';

/** Lies beside the schemas of the read models, and is never rebuilt with them. */
const SCHEMA = 'waybill_keys';
const CONNECTIONS_MAX = 4;
const CONNECT_MS_MAX = 3_000;
const QUERY_MS_MAX = 3_000;

/** A schema in the database that all instances share. */
export class PostgresKeyTable implements KeyTable {
  private readonly pool: Pool;
  private created: Promise<void> | undefined;

  constructor(url: string) {
    this.pool = new Pool({
      connectionString: url,
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: QUERY_MS_MAX,
    });
    // A connection that breaks while idle is replaced; one that breaks in use fails its query.
    this.pool.on('error', () => undefined);
    // The pool does not listen to a connection in use, and an error without a listener would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async secret(proposed: Buffer): Promise<Buffer> {
    await this.create();
    await this.pool.query(`INSERT INTO ${SCHEMA}.secret VALUES (1, $1) ON CONFLICT DO NOTHING`, [
      proposed,
    ]);
    const { rows } = await this.pool.query<{ bytes: Buffer }>(`SELECT bytes FROM ${SCHEMA}.secret`);
    return rows[0]?.bytes ?? proposed;
  }

  async contact(hash: Buffer): Promise<string | undefined> {
    await this.create();
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'contact',
      text: `SELECT id FROM ${SCHEMA}.contacts WHERE hash = $1`,
      values: [hash],
    });
    return rows[0]?.id;
  }

  async addContact(hash: Buffer, proposedId: string): Promise<string> {
    await this.create();
    await this.pool.query(`INSERT INTO ${SCHEMA}.contacts VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
      hash,
      proposedId,
    ]);
    return (await this.contact(hash)) ?? proposedId;
  }

  async keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]> {
    await this.create();
    return this.withClient((client) =>
      inTransaction(client, async () => {
        const found: FoundKey[] = [];
        // In one order everywhere, so that two instances do not wait for each other.
        const ordered = wanted.map((one, index) => ({ one, index })).toSorted(byOwner);
        for (const { one, index } of ordered) found[index] = await keyFor(client, one);
        return found;
      }),
    );
  }

  async keys(ids: readonly Pick<KeyRow, 'person' | 'month'>[]): Promise<readonly KeyRow[]> {
    await this.create();
    const { rows } = await this.pool.query<KeyRow>({
      name: 'keys',
      text: `SELECT person, month, wrapped FROM ${SCHEMA}.personal_keys
        JOIN unnest($1::text[], $2::int[]) AS wanted (person, month) USING (person, month)`,
      values: [ids.map(({ person }) => person), ids.map(({ month }) => month)],
    });
    return rows;
  }

  async erase(hash: Buffer): Promise<DestroyedKeys | undefined> {
    await this.create();
    return this.withClient((client) =>
      inTransaction(client, async () => {
        const { rows } = await client.query<PersonRow>(
          `SELECT id, erased FROM ${SCHEMA}.persons WHERE hash = $1 FOR UPDATE`,
          [hash],
        );
        const [row] = rows;
        if (row === undefined) return undefined;
        if (row.id === null) return { person: row.erased ?? '', isNew: false, keys: 0 };
        const keys = await client.query(`DELETE FROM ${SCHEMA}.personal_keys WHERE person = $1`, [
          row.id,
        ]);
        await client.query(`UPDATE ${SCHEMA}.persons SET id = NULL, erased = $2 WHERE hash = $1`, [
          hash,
          row.id,
        ]);
        return { person: row.id, isNew: true, keys: keys.rowCount ?? 0 };
      }),
    );
  }

  async eraseBefore(month: number): Promise<number> {
    await this.create();
    const { rowCount } = await this.pool.query(
      `DELETE FROM ${SCHEMA}.personal_keys WHERE month < $1`,
      [month],
    );
    return rowCount ?? 0;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private create(): Promise<void> {
    this.created ??= this.withClient(createSchema).catch((error: unknown) => {
      this.created = undefined;
      throw error;
    });
    return this.created;
  }

  private async withClient<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    try {
      return await work(client);
    } finally {
      client.release();
    }
  }
}

/** Instances that start together take turns. */
const createSchema = (client: PoolClient): Promise<void> =>
  inTransaction(client, async () => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`);
    await client.query(`
      CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
      CREATE TABLE IF NOT EXISTS ${SCHEMA}.secret (
        id smallint PRIMARY KEY CHECK (id = 1),
        bytes bytea NOT NULL
      );
      CREATE TABLE IF NOT EXISTS ${SCHEMA}.contacts (hash bytea PRIMARY KEY, id text NOT NULL);
      -- id: null after an erasure, until the person becomes known again. erased: the id before.
      CREATE TABLE IF NOT EXISTS ${SCHEMA}.persons (hash bytea PRIMARY KEY, id text UNIQUE, erased text);
      CREATE TABLE IF NOT EXISTS ${SCHEMA}.personal_keys (
        person text, month integer, wrapped bytea NOT NULL, PRIMARY KEY (person, month)
      )`);
  });

async function inTransaction<Result>(
  client: PoolClient,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const byOwner = ({ one: left }: Ordered, { one: right }: Ordered): number =>
  Buffer.compare(left.hash ?? Buffer.alloc(0), right.hash ?? Buffer.alloc(0)) ||
  (left.person < right.person ? -1 : 1);

interface Ordered {
  readonly one: WantedKey;
}

interface PersonRow {
  readonly id: string | null;
  readonly erased: string | null;
}

/** Locks the person, so that an erasure either comes first or finds the key. */
async function keyFor(
  client: PoolClient,
  { hash, person, mayReturn, month, wrapped }: WantedKey,
): Promise<FoundKey> {
  const owner =
    hash === null
      ? await knownPerson(client, person)
      : await ownerOf(client, hash, person, mayReturn);
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

async function knownPerson(client: PoolClient, person: string): Promise<PersonRow> {
  if (isDay(person)) return { id: person, erased: null };
  const { rows } = await client.query({
    name: 'known-person',
    text: `SELECT id FROM ${SCHEMA}.persons WHERE id = $1 FOR SHARE`,
    values: [person],
  });
  return { id: rows.length === 0 ? null : person, erased: person };
}

async function ownerOf(
  client: PoolClient,
  hash: Buffer,
  proposed: string,
  mayReturn: boolean,
): Promise<PersonRow> {
  await client.query({
    name: 'add-person',
    text: `INSERT INTO ${SCHEMA}.persons (hash, id) VALUES ($1, $2)
      ON CONFLICT (hash) DO UPDATE SET id = excluded.id WHERE $3 AND persons.id IS NULL`,
    values: [hash, proposed, mayReturn],
  });
  const { rows } = await client.query<PersonRow>({
    name: 'person',
    text: `SELECT id, erased FROM ${SCHEMA}.persons WHERE hash = $1 FOR SHARE`,
    values: [hash],
  });
  return rows[0] ?? { id: null, erased: null };
}
