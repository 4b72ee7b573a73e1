import { sql, type RawBuilder } from 'kysely';
import type { ReadModelDatabase } from './read-model-database.js';

type Kind = ReadModelDatabase['kind'];

/** Builds the condition that a column equals one of these numbers. */
export const isOneOf = (
  kind: Kind,
  column: string,
  numbers: readonly number[],
): RawBuilder<boolean> =>
  kind === 'sqlite'
    ? sql<boolean>`${sql.ref(column)} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`
    : sql<boolean>`${sql.ref(column)} = ANY (${numbers}::bigint[])`;
