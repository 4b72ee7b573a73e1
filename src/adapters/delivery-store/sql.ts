export type SqlValue = string | number | null;
export type Row = Readonly<Record<string, SqlValue>>;

/** Runs statements with parameters `$1`, `$2`, which SQLite and PostgreSQL both know. */
export interface Sql {
  query(text: string, values?: readonly SqlValue[]): Promise<readonly Row[]>;
  /** All or nothing; resolves after the commit. */
  transaction(work: (query: Sql['query']) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
