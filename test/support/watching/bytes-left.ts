import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';

/** Files of a directory in which a text stands, in any case of letters. */
export const filesWith = (directory: string, text: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) =>
      readFileSync(file).toString('latin1').toLowerCase().includes(text.toLowerCase()),
    );

/** The tables of a PostgreSQL database in which a text stands in some row, also as bytes. */
export async function tablesWith(url: string, text: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    // Samples of values, which the planner keeps.
    rows.push({ name: 'pg_stats' });
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM ${name} AS one WHERE one::text ILIKE ANY ($1) LIMIT 1`,
        [[`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]],
      );
      if (rowCount !== 0) found.push(name);
    }
    expect(rows.length).toBeGreaterThan(10);
    return found;
  } finally {
    await client.end();
  }
}

export async function inDatabase(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
