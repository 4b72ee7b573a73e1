/** The values of a cell, in SQLite and in PostgreSQL alike. Integers are safe JavaScript integers. */
export type Cell = string | number | Uint8Array | null;

export type ColumnType = 'text' | 'integer' | 'blob';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable?: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly indexes: readonly Index[];
}

export interface Index {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique?: boolean;
  /** Leaves out rows with null in this column. */
  readonly whereNotNull?: string;
}

/** Whole rows to put, in the order of the table's columns, and keys to remove. Removals are written first. */
export interface TableWrite {
  readonly table: Table;
  readonly remove?: readonly (readonly Cell[])[];
  readonly put?: readonly (readonly Cell[])[];
}

export const text = { type: 'text' } as const;
export const textOrNull = { type: 'text', nullable: true } as const;
export const integer = { type: 'integer' } as const;
export const integerOrNull = { type: 'integer', nullable: true } as const;
export const blob = { type: 'blob' } as const;

type Columns = Readonly<Record<string, Omit<Column, 'name'>>>;

/** A table that the compiler knows too: its row type follows from its columns. */
export interface TypedTable<Name extends string, Shape extends Columns> extends Table {
  readonly name: Name;
  readonly row?: RowOf<Shape>;
}

interface CellTypes {
  readonly text: string;
  readonly integer: number;
  readonly blob: Uint8Array;
}

type RowOf<Shape extends Columns> = {
  -readonly [Name in keyof Shape]: Shape[Name] extends { readonly nullable: true }
    ? CellTypes[Shape[Name]['type']] | null
    : CellTypes[Shape[Name]['type']];
};

/** The rows of some tables, by the name of the table, as Kysely wants them. */
export type RowsOf<Tables extends readonly TypedTable<string, Columns>[]> = {
  [Each in Tables[number] as Each['name']]: NonNullable<Each['row']>;
};

interface Keys<Name extends string> {
  readonly key: readonly Name[];
  readonly indexes?: readonly (Index & {
    readonly columns: readonly Name[];
    readonly whereNotNull?: Name;
  })[];
}

/** Declares a table. Columns are stored in this order. */
export const table = <const Name extends string, const Shape extends Columns>(
  name: Name,
  columns: Shape,
  { key, indexes = [] }: Keys<keyof Shape & string>,
): TypedTable<Name, Shape> => ({
  name,
  columns: Object.entries(columns).map(([column, shape]) => ({ name: column, ...shape })),
  key,
  indexes,
});
