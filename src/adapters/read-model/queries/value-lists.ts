import { sql, type RawBuilder } from 'kysely';
import type { ReadModelDatabase } from '../read-model-database.js';

type Kind = ReadModelDatabase['kind'];

/** A table with one column, `value`, that holds these numbers, as one parameter. */
export const numberTable = (kind: Kind, numbers: readonly number[]): RawBuilder<unknown> =>
  kind === 'sqlite'
    ? sql`json_each(${JSON.stringify(numbers)})`
    : sql`unnest(${numbers}::bigint[]) AS numbers (value)`;

/** Is a column one of these numbers? */
export const isOneOf = (
  kind: Kind,
  column: string,
  numbers: readonly number[],
): RawBuilder<boolean> =>
  kind === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`
    : sql<boolean>`${sql.ref(column)} = ANY (${numbers}::bigint[])`;
