import { Kysely, PostgresDialect } from 'kysely';
import { types as driverTypes, type CustomTypesConfig, type Pool, type PoolConfig } from 'pg';
import {
  databaseUnusable,
  reasonOf,
  ReadModelsUnavailable,
} from '../../../../application/errors.js';
import { createSchema } from '../../../postgres/create-schema.js';
import { inTransaction } from '../../../postgres/in-transaction.js';
import { newPool } from '../../../postgres/new-pool.js';
import { type CatalogTables, type CopyTables, catalogTables } from '../../tables.js';
import { createIndex, createTable, type DataTypes } from '../data-definition.js';
import type { Copy, Filling, ReadModelDatabase, TableSet } from '../read-model-database.js';
import type { Table } from '../../table.js';
import { PostgresTableSet } from './postgres-table-set.js';
import { RebuildLock } from './rebuild-lock.js';
import { isConnectionError, tellingUnavailable, tellUnavailable } from './connection-errors.js';

const CATALOG_SCHEMA = 'waybill';
const COPY_SCHEMA = /^waybill_([a-z_]+_\d+)$/;
/** Limit of one copy; there are six copies, and the catalog. */
const CONNECTIONS_MAX = 4;
/** The type `int8`, which the driver returns as text, because it may be too large for a number. Ours are not. */
const INT8_OID = 20;

/** One schema for the catalog and one for each copy of a projection. */
export class PostgresReadModelDatabase implements ReadModelDatabase {
  readonly kind = 'postgres';
  /** For queries that concern no copy, or all of them. */
  private readonly pool: Pool;
  private readonly rebuilds = new RebuildLock(() =>
    newReadModelPool({ connectionString: this.url, max: 1, query_timeout: QUERY_MS_MAX.rebuild }),
  );

  constructor(private readonly url: string) {
    this.pool = newReadModelPool({
      connectionString: url,
      max: 1,
      query_timeout: QUERY_MS_MAX.rebuild,
    });
  }

  async openCatalog(): Promise<TableSet<CatalogTables>> {
    try {
      return await this.openSchema<CatalogTables>(CATALOG_SCHEMA, catalogTables);
    } catch (error) {
      if (error instanceof ReadModelsUnavailable) throw error;
      throw new Error(databaseUnusable(reasonOf(error)), { cause: error });
    }
  }

  openCopy(copy: string, tables: readonly Table[], filling: Filling): Promise<Copy> {
    return this.openSchema<CopyTables>(schemaOf(copy), tables, filling);
  }

  async finishCopy(): Promise<void> {}

  async copies(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ nspname: string }>(
      `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'waybill\\_%'`,
    );
    return rows.flatMap(({ nspname }) => copyOf(nspname));
  }

  async dropCopy(copy: string): Promise<void> {
    await this.pool.query(`DROP SCHEMA IF EXISTS ${schemaOf(copy)} CASCADE`);
  }

  beginRebuild(): Promise<() => Promise<void>> {
    return this.rebuilds.begin();
  }

  unlessRebuilding(work: () => Promise<void>): Promise<void> {
    return this.rebuilds.unlessAny(work);
  }

  isUnavailable(error: unknown): boolean {
    return isConnectionError(error);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async openSchema<Tables>(
    schema: string,
    tables: readonly Table[],
    filling: Filling = 'live',
  ): Promise<PostgresTableSet<Tables>> {
    await this.create(schema, tables).catch(tellUnavailable);
    // Statements name no schema, so each connection searches its copy's schema.
    const options = `-c search_path=${schema}`;
    const pool = newReadModelPool({
      connectionString: this.url,
      max: CONNECTIONS_MAX,
      options,
      query_timeout: QUERY_MS_MAX[filling],
    });
    const db = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: tellingUnavailable(pool) }),
    });
    return new PostgresTableSet(db, pool, schema);
  }

  private async create(name: string, tables: readonly Table[]): Promise<void> {
    const dialect: DataTypes = {
      types: { text: 'text COLLATE "C"', integer: 'bigint', blob: 'bytea' },
      prefix: `${name}.`,
      tableOptions: () => '',
    };
    const statements = tables.flatMap((table) => [
      createTable(table, dialect),
      ...table.indexes.map((index) => createIndex(table, index, dialect.prefix)),
    ]);
    const schema = { name, statements, lock: 'waybill read model' };
    await inTransaction(this.pool, (client) => createSchema(client, schema));
  }
}

/** Lost packets must not block a start, or callers that wait for a connection. */
const CONNECT_MS_MAX = 5_000;
/**
 * A server that is paused, or a network that loses packets, answers nothing and closes nothing. No query of ours takes this long. What is
 * live waits no longer than another instance takes to begin; a rebuild writes more at once, and nobody waits for it.
 */
const QUERY_MS_MAX: Readonly<Record<Filling, number>> = { live: 10_000, rebuild: 30_000 };

function newReadModelPool(config: PoolConfig): Pool {
  const types: CustomTypesConfig = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === INT8_OID && format !== 'binary'
        ? Number
        : driverTypes.getTypeParser(oid, format)) as typeof driverTypes.getTypeParser,
  };
  return newPool({
    ...config,
    types,
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
}

const schemaOf = (copy: string): string => `waybill_${copy.replaceAll('-', '_')}`;

function copyOf(schema: string): readonly string[] {
  const name = COPY_SCHEMA.exec(schema)?.[1];
  return name === undefined ? [] : [name.replaceAll('_', '-')];
}
