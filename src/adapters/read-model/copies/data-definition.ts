import type { Column, ColumnType, Index, Table } from '../table.js';

export interface DataTypes {
  readonly types: Readonly<Record<ColumnType, string>>;
  /** Prefix of a table's name: empty, or a schema and a dot. */
  readonly prefix: string;
  /** Returns the suffix of a table's definition. */
  tableOptions(table: Table): string;
}

/** Returns the statements that create a table. All names are our own, lower case, never taken from outside. */
export function createTable(table: Table, dialect: DataTypes): string {
  const columns = table.columns.map((column) => definition(column, dialect));
  const key = `PRIMARY KEY (${table.key.join(', ')})`;
  const options = dialect.tableOptions(table);
  return `CREATE TABLE IF NOT EXISTS ${dialect.prefix}${table.name} (${[...columns, key].join(', ')})${options}`;
}

const definition = ({ name, type, nullable = false }: Column, { types }: DataTypes): string =>
  `${name} ${types[type]}${nullable ? '' : ' NOT NULL'}`;

export function createIndex(table: Table, index: Index, prefix: string): string {
  const unique = index.unique === true ? 'UNIQUE ' : '';
  const where = index.whereNotNull === undefined ? '' : ` WHERE ${index.whereNotNull} IS NOT NULL`;
  const columns = index.columns.join(', ');
  return `CREATE ${unique}INDEX IF NOT EXISTS ${index.name} ON ${prefix}${table.name} (${columns})${where}`;
}

/** Returns the columns of a table that are not its key. */
export const valueColumns = (table: Table): readonly Column[] =>
  table.columns.filter(({ name }) => !table.key.includes(name));
