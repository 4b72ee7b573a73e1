import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sql } from 'kysely';
import { Catalog } from '../../src/adapters/read-model/catalog.js';
import {
  LOWEST_KEY,
  packSegment,
  unpackSegment,
} from '../../src/adapters/read-model/facet-segment.js';
import {
  FacetSegmentWriter,
  type FacetChanges,
} from '../../src/adapters/read-model/facet-segment-writer.js';
import { scanFacets } from '../../src/adapters/read-model/queries/facet-scan.js';
import { FacetSearch } from '../../src/adapters/read-model/queries/facet-search.js';
import type { WantedFacets } from '../../src/adapters/read-model/queries/known-facets.js';
import type {
  KeyRange,
  ScanLimits,
} from '../../src/adapters/read-model/queries/message-search-statements.js';
import { messagesTable, type Cell } from '../../src/adapters/read-model/tables.js';
import type { Copy, ReadModelDatabase } from '../../src/adapters/read-model/read-model-database.js';

/** What of a message is searched here. */
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

/** So few that a few changes split segments, meet at their edges and leave them empty. */
const SEGMENT_MESSAGES_MAX = 5;

/** Keys that meet again, some of them before 2020, and some so far apart that steps need eight bytes. */
const messageKey = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -10, max: 30 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2 ** 40, max: 2 ** 40 + 9 }) },
);
const facetId = fc.oneof(fc.nat({ max: 4 }), fc.constantFrom(300, 70_000));

interface Batch {
  readonly changes: FacetChanges;
  /** The process has ended before it. */
  readonly isFirst: boolean;
}

const batch: fc.Arbitrary<Batch> = fc.record({
  changes: fc
    .array(fc.tuple(messageKey, fc.option(facetId, { nil: undefined, freq: 1 })), { maxLength: 40 })
    .map((changes) => new Map(changes)),
  isFirst: fc.boolean(),
});

interface Question extends WantedFacets, KeyRange, ScanLimits {}

const question: fc.Arbitrary<Question> = fc.record({
  ids: fc.uniqueArray(facetId, { minLength: 1 }),
  share: fc.double({ min: 0.01, max: 1, noNaN: true }),
  from: fc.oneof(messageKey, fc.constant(LOWEST_KEY)),
  to: fc.oneof(messageKey, fc.constant(Number.MAX_SAFE_INTEGER)),
  rowsMax: fc.integer({ min: 1, max: 60 }),
  looksMax: fc.integer({ min: 1, max: 200 }),
});

/** Packed segments against a plain map. @param open an empty database */
export function describeFacetSegments(name: string, open: () => Promise<ReadModelDatabase>): void {
  describe(`segments of facets in ${name}`, () => {
    let catalog: Catalog;
    let copy: Copy;

    beforeEach(async () => {
      catalog = await Catalog.open(await open());
      ({ copy } = await catalog.copyOf('messages'));
    });

    afterEach(() => catalog.close());

    const write = async (batches: readonly Batch[]): Promise<ReadonlyMap<number, number>> => {
      await sql`DELETE FROM facet_segments`.execute(copy.db);
      const writer = new FacetSegmentWriter(SEGMENT_MESSAGES_MAX);
      const facetOfKey = new Map<number, number>();
      for (const { changes, isFirst } of batches) {
        if (isFirst) {
          writer.forget();
          await writer.begin(copy);
        }
        await copy.write([await writer.writes(changes, copy)]);
        for (const [key, id] of changes) {
          if (id === undefined) facetOfKey.delete(key);
          else facetOfKey.set(key, id);
        }
      }
      return facetOfKey;
    };

    /** By scans that go on where the last one ended. */
    const scan = async (asked: Question): Promise<readonly number[]> => {
      const { ids, share, from, to, rowsMax, looksMax } = asked;
      const found: number[] = [];
      let below: number | undefined = to;
      while (below !== undefined) {
        const limits = { rowsMax: rowsMax - found.length, looksMax };
        const wanted = { ids, share };
        const { keys, stopped } = await scanFacets(copy, wanted, { from, to: below }, limits);
        found.push(...keys);
        if (stopped !== undefined && stopped.below >= below) throw new Error('it did not get on');
        below = stopped?.below;
      }
      return found;
    };

    it('hold every message once, and a scan finds those that are wanted, newest first', async () => {
      const property = fc.asyncProperty(
        fc.array(batch, { maxLength: 8 }),
        question,
        async (batches, asked) => {
          const facetOfKey = await write(batches);
          const rows = await copy.db
            .selectFrom('facet_segments')
            .selectAll()
            .orderBy('from_key')
            .execute();
          const segments = rows.map(({ content }) => unpackSegment(content));
          for (const [index, { keys }] of segments.entries()) {
            expect(keys[0]).toBeGreaterThanOrEqual(rows[index]?.from_key ?? Number.NaN);
          }
          expect(segments.flatMap(({ keys }) => [...keys])).toEqual(
            [...facetOfKey.keys()].toSorted((left, right) => left - right),
          );
          const sizes = segments.map(({ keys }) => keys.length);
          expect(Math.max(1, ...sizes)).toBeLessThanOrEqual(SEGMENT_MESSAGES_MAX);
          expect(Math.min(1, ...sizes)).toBe(1);
          const expected = [...facetOfKey]
            .filter(([key, id]) => key >= asked.from && key < asked.to && asked.ids.includes(id))
            .map(([key]) => key)
            .toSorted((left, right) => right - left);
          expect(await scan(asked)).toEqual(expected.slice(0, asked.rowsMax));
        },
      );
      await fc.assert(property, { numRuns: 100 });
    });

    it('are left full by messages that come in the order of time', async () => {
      await write([
        { changes: new Map([...Array(12).keys()].map((key) => [key, 1])), isFirst: true },
        { changes: new Map([...Array(6).keys()].map((key) => [12 + key, 1])), isFirst: true },
      ]);
      const rows = await copy.db.selectFrom('facet_segments').selectAll().execute();
      expect(rows.map(({ content }) => unpackSegment(content).keys.length)).toEqual([5, 5, 5, 3]);
    });

    it('take an older message than all others, after the oldest have gone', async () => {
      const all = new Map([...Array(12).keys()].map((key) => [key, 1]));
      const gone = new Map([...Array(5).keys()].map((key) => [key, undefined]));
      await write([
        { changes: all, isFirst: true },
        { changes: gone, isFirst: false },
        { changes: new Map([[-1, 1]]), isFirst: false },
      ]);
      const asked = { ids: [1], share: 1, from: LOWEST_KEY, to: 0, rowsMax: 5, looksMax: 50 };
      expect(await scan(asked)).toEqual([-1]);
    });

    it('are searched together with the index, whichever is quicker, for the newest that are wanted', async () => {
      const { kind } = catalog.database;
      const property = fc.asyncProperty(
        fc.array(batch, { maxLength: 4 }),
        fc.record({ asked: question, isBurst: fc.boolean() }),
        async (batches, { asked, isBurst }) => {
          const { ids, share, from, to, rowsMax, looksMax } = asked;
          // Far behind all others, so that the facets in between are asked where to look on.
          const burst = [...Array(20).keys()].map((key) => [-1_000 - key, ids[0]] as const);
          const gap = [...Array(100).keys()].map((key) => [-500 - key, 5] as const);
          const late: Batch = { changes: new Map([...gap, ...burst]), isFirst: false };
          const facetOfKey = await write(isBurst ? [...batches, late] : batches);
          await sql`DELETE FROM messages`.execute(copy.db);
          await copy.write([{ table: messagesTable, put: [...facetOfKey].map(messageWith) }]);
          const inUse = { name: 'messages-1', isOutdated: false, isEmpty: false, copy };
          const search = new FacetSearch(kind, looksMax);
          const expected = [...facetOfKey]
            .filter(([key, id]) => key >= from && key < to && ids.includes(id))
            .map(([key]) => key)
            .toSorted((left, right) => right - left);
          expect(await search.keys(inUse, { ids, share }, { from, to }, rowsMax)).toEqual(
            expected.slice(0, rowsMax),
          );
        },
      );
      await fc.assert(property, { numRuns: 100 });
    });

    it('are searched for more facets than a call can have arguments', async () => {
      await write([{ changes: new Map([[1, 200_000]]), isFirst: true }]);
      const ids = [...Array(200_001).keys()];
      const asked = { ids, share: 1, from: LOWEST_KEY, to: 5, rowsMax: 5, looksMax: 50 };
      expect(await scan(asked)).toEqual([1]);
    });

    it('are read also where a driver hands out a part of a buffer', () => {
      const packed = packSegment({
        keys: Float64Array.of(7, 9),
        facetIds: Uint32Array.of(3, 4),
      });
      const part = Buffer.concat([Buffer.alloc(3), packed]).subarray(3);
      expect(unpackSegment(part).keys).toEqual(Float64Array.of(7, 9));
    });

    it('are looked at no further where nothing is found that was to be expected', async () => {
      const keys = [...Array(1_000).keys()];
      await write([{ changes: new Map(keys.map((key) => [key, 1])), isFirst: true }]);
      const range = { from: LOWEST_KEY, to: 1_000 };
      const limits = { rowsMax: 500, looksMax: 1_000 };
      const wanted = { ids: [2], share: 0.5 };
      const { keys: found, stopped } = await scanFacets(copy, wanted, range, limits);
      expect(found).toEqual([]);
      expect(stopped?.below).toBeGreaterThan(900);
      expect(stopped?.looksLeft).toBe(stopped?.below);
    });
  });
}
