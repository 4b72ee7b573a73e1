import * as fc from 'fast-check';
import { sql } from 'kysely';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import {
  mergeFacets,
  scan,
  type KeyRange,
} from '../../src/adapters/read-model/messages/message-search-statements.js';
import type {
  Copy,
  ReadModelDatabase,
} from '../../src/adapters/read-model/copies/read-model-database.js';
import type { Cell } from '../../src/adapters/read-model/table.js';
import { messagesTable } from '../../src/adapters/read-model/tables.js';

/** A row of which the search uses only these two columns. */
const messageWith = ([key, id]: readonly [number, number]): readonly Cell[] => {
  const value: Partial<Record<string, Cell>> = {
    message_key: key,
    message_id: `m${key}`,
    facet_id: id,
  };
  return messagesTable.columns.map(
    ({ name, type, nullable }) => value[name] ?? (nullable ? null : type === 'text' ? '' : 0),
  );
};

/** Keys that collide, some of them before 2020, and some far from the others. */
const messageKey = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -10, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 40, max: 2 ** 40 + 9 }) },
);
const facetId = fc.oneof(fc.nat({ max: 4 }), fc.constantFrom(300, 70_000));

interface Question extends KeyRange {
  readonly ids: readonly number[];
  readonly rowsMax: number;
  readonly looksMax: number;
}

const question: fc.Arbitrary<Question> = fc.record({
  ids: fc.uniqueArray(facetId, { minLength: 1 }),
  from: fc.oneof(messageKey, fc.constant(Number.MIN_SAFE_INTEGER)),
  to: fc.oneof(messageKey, fc.constant(Number.MAX_SAFE_INTEGER)),
  rowsMax: fc.integer({ min: 1, max: 60 }),
  looksMax: fc.integer({ min: 1, max: 60 }),
});

const newestFirst = (keys: readonly number[]): readonly number[] =>
  keys.toSorted((left, right) => right - left);

/** Compares the two statements that find messages by facet with a plain map. @param open an empty database */
export function describeMergedFacets(name: string, open: () => Promise<ReadModelDatabase>): void {
  describe(`messages of several facets in ${name}`, () => {
    let catalog: Catalog;
    let copy: Copy;

    beforeEach(async () => {
      catalog = await Catalog.open(await open());
      ({ copy } = await catalog.copyOf('messages'));
    });

    afterEach(() => catalog.close());

    const write = async (facetOfKey: ReadonlyMap<number, number>): Promise<void> => {
      await sql`DELETE FROM messages`.execute(copy.db);
      await copy.write([{ table: messagesTable, put: [...facetOfKey].map(messageWith) }]);
    };

    const merge = async (ids: readonly number[], range: KeyRange, rowsMax: number) => {
      const { kind } = catalog.database;
      const { rows } = await mergeFacets(kind, ids, range, rowsMax).execute(copy.db);
      return rows.map((row) => row.message_key);
    };

    it('are found newest first, however they are spread over the facets', async () => {
      const property = fc.asyncProperty(
        fc.array(fc.tuple(messageKey, facetId), { maxLength: 120 }).map((all) => new Map(all)),
        question,
        async (facetOfKey, { ids, from, to, rowsMax, looksMax }) => {
          await write(facetOfKey);
          const inRange = newestFirst([...facetOfKey.keys()]).filter(
            (key) => key >= from && key < to,
          );
          const isWanted = (key: number): boolean => ids.includes(facetOfKey.get(key) ?? -1);
          expect(await merge(ids, { from, to }, rowsMax)).toEqual(
            inRange.filter(isWanted).slice(0, rowsMax),
          );
          const { kind } = catalog.database;
          const limits = { rowsMax, looksMax };
          const scanned = await scan(
            copy.db,
            kind,
            { facetIds: ids },
            { from, to },
            limits,
          ).execute();
          expect(scanned.map((row) => row.message_key)).toEqual(
            inRange.slice(0, looksMax).filter(isWanted).slice(0, rowsMax),
          );
        },
      );
      await fc.assert(property, { numRuns: 100 });
    });

    it('are found among more facets than a call can have arguments', async () => {
      await write(new Map([[1, 200_000]]));
      const range = { from: Number.MIN_SAFE_INTEGER, to: 5 };
      expect(await merge([...Array(200_001).keys()], range, 5)).toEqual([1]);
    });
  });
}
