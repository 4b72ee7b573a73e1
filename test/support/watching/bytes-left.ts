import { execFileSync, spawnSync } from 'node:child_process';
import { Client } from 'pg';

/** Larger than any file of a test. */
const BYTES_MAX = 256 * 1024 * 1024;

/**
 * Files of a directory in which a text stands, in any case of letters. Another process reads them: to close a file ends all locks
 * that its process has on it, and SQLite then deletes the log of a database that is in use (https://sqlite.org/howtocorrupt.html, 2.2).
 */
export function filesWith(directory: string, text: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync('grep', ['-rliaF', '--', text, directory], {
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
  });
  // 1: nothing was found.
  if (status !== 0 && status !== 1) throw new Error(`grep ended with ${status}: ${stderr}`);
  return stdout.split('\n').filter((file) => file !== '');
}

/** Reads a database that is in use. Another process does it, like above. */
export const bytesOf = (file: string): Buffer =>
  execFileSync('cat', [file], { maxBuffer: BYTES_MAX });

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
