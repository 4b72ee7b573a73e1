import { sql } from 'kysely';
import { InvalidRequest, ProjectorUnavailable } from '../../application/errors.js';
import { ENDING_NUMBERS_MAX } from '../../application/ports/message-search.js';
import type { CopyInUse } from './copies/catalog.js';
import { reversed } from './reversed.js';

/** An indexed column that holds addresses reversed, from the last character to the first. */
export interface ReversedColumn {
  readonly table: 'messages' | 'inbound';
  readonly column: 'recipient_reversed' | 'sender_reversed';
}

/** The searched address; at most one of both is given. */
export interface Searched {
  readonly parameter: 'to' | 'from';
  readonly is: string | undefined;
  readonly endsWith: string | undefined;
}

/** An indexed column that holds an address, and the address's value in it. */
export interface AddressOwner<Written extends string> {
  readonly column: Written | `${Written}_reversed`;
  readonly value: string;
}

/** A copy of an older version has an index of the address in its written order. */
export const ownerIn = <Written extends 'recipient' | 'sender'>(
  { isOutdated }: CopyInUse,
  column: Written,
  address: string,
): AddressOwner<Written> =>
  isOutdated
    ? { column, value: address }
    : { column: `${column}_reversed`, value: reversed(address) };

/**
 * Returns the addresses that a query selects; undefined when it selects all.
 * @throws InvalidRequest for last digits that too many numbers have
 * @throws ProjectorUnavailable for last digits while the copy in use is an older one, which cannot tell
 */
export async function addressesOf(
  inUse: CopyInUse,
  column: ReversedColumn,
  { parameter, is, endsWith }: Searched,
): Promise<readonly string[] | undefined> {
  if (is !== undefined) return [is];
  if (endsWith === undefined) return undefined;
  if (inUse.isOutdated) {
    throw new ProjectorUnavailable(
      'the list is being rebuilt, and until then cannot be searched by last digits',
    );
  }
  const found = await numbersEnding(inUse, column, endsWith);
  if (found.length <= ENDING_NUMBERS_MAX) return found;
  const detail = `${parameter}: more than ${ENDING_NUMBERS_MAX} numbers end with these digits: give more of them`;
  throw new InvalidRequest([{ parameter, detail }]);
}

/** Steps from one number to the next down the index, however many messages each of them has. */
async function numbersEnding(
  { copy: { db } }: CopyInUse,
  { table, column }: ReversedColumn,
  digits: string,
): Promise<readonly string[]> {
  const start = reversed(digits);
  const numbers: string[] = [];
  let last: string | undefined;
  while (numbers.length <= ENDING_NUMBERS_MAX) {
    const name = sql.ref<string>(column);
    const { rows } = await sql<{ readonly next: string | null }>`
      SELECT min(${name}) AS next FROM ${sql.table(table)}
      WHERE ${last === undefined ? sql`${name} >= ${start}` : sql`${name} > ${last}`}
        AND ${name} < ${start + BEHIND_DIGITS}`.execute(db);
    const next = rows[0]?.next ?? null;
    if (next === null) return numbers;
    if (/^[0-9]+$/.test(next)) numbers.push(reversed(next));
    last = next;
  }
  return numbers;
}

/** The character after 9: SQLite and PostgreSQL (`COLLATE "C"`) compare texts by their bytes. */
const BEHIND_DIGITS = ':';
