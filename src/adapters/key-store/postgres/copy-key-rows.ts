import type { PoolClient } from 'pg';
import type { PostgresSchema } from '../../postgres/postgres-schema.js';
import type { KeyRow, KeyStoreRows, KeyTable, PersonRow } from '../key-table.js';

const ROWS_AT_ONCE = 1_000;
/** Before every hash. */
const NO_HASH = Buffer.alloc(0);

const none: KeyStoreRows = { contacts: [], persons: [], keys: [] };

type ContactRow = KeyStoreRows['contacts'][number];

/** @param name of the schema */
export async function* allKeyRows(
  schema: PostgresSchema,
  name: string,
  keysAfter: KeyTable['keysAfter'],
): AsyncGenerator<KeyStoreRows> {
  const byHash = <Row extends { readonly hash: Uint8Array }>(columns: string) =>
    pages<Row>(async (last) => {
      const sql = `SELECT ${columns} WHERE hash > $1 ORDER BY hash LIMIT ${ROWS_AT_ONCE}`;
      return (await schema.query<Row & object>(sql, [last?.hash ?? NO_HASH])).rows;
    });
  for await (const contacts of byHash<ContactRow>(`hash, id FROM ${name}.contacts`)) {
    yield { ...none, contacts };
  }
  for await (const persons of byHash<PersonRow>(`hash, id, erased FROM ${name}.persons`)) {
    yield { ...none, persons };
  }
  for await (const keys of pages<KeyRow>((last) => keysAfter(last, ROWS_AT_ONCE))) {
    yield { ...none, keys };
  }
}

/** In a transaction of the caller. */
export async function replaceKeyRows(
  client: PoolClient,
  name: string,
  rows: AsyncIterable<KeyStoreRows>,
): Promise<void> {
  for (const table of ['contacts', 'persons', 'personal_keys', 'erasures_seen']) {
    await client.query(`DELETE FROM ${name}.${table}`);
  }
  for await (const { contacts, persons, keys } of rows) {
    await client.query(
      `INSERT INTO ${name}.contacts SELECT * FROM unnest($1::bytea[], $2::text[])`,
      [contacts.map(({ hash }) => hash), contacts.map(({ id }) => id)],
    );
    await client.query(
      `INSERT INTO ${name}.persons SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[])`,
      [
        persons.map(({ hash }) => hash),
        persons.map(({ id }) => id),
        persons.map(({ erased }) => erased),
      ],
    );
    await client.query(
      `INSERT INTO ${name}.personal_keys SELECT * FROM unnest($1::text[], $2::int[], $3::bytea[])`,
      [
        keys.map(({ person }) => person),
        keys.map(({ month }) => month),
        keys.map(({ wrapped }) => wrapped),
      ],
    );
  }
}

async function* pages<Row>(
  after: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let page = await after(undefined); page.length > 0; page = await after(page.at(-1))) {
    yield page;
  }
}
