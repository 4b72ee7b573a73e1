import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  coveringPeriods,
  firstDayOf,
  monthOf,
} from '../../../src/adapters/read-model/roll-up-level.js';
import { RollUpPage } from '../../../src/adapters/read-model/roll-up-page.js';
import {
  bucketMiddleMs,
  BUCKETS,
  bucketOf,
  percentileMs,
  RELATIVE_ERROR_MAX,
} from '../../../src/application/projections/delivery-histogram.js';
import { formatAmount, parsePrice } from '../../../src/application/projections/money.js';

describe('times to delivery', () => {
  it('are told within the promised relative error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 900_000_000 }), (time) => {
        const error = Math.abs(bucketMiddleMs(bucketOf(time)) - time) / time;
        expect(error).toBeLessThanOrEqual(RELATIVE_ERROR_MAX * 1.001);
      }),
    );
  });

  it('give percentiles close to those of the raw times, also when merged', () => {
    const times = fc.array(fc.integer({ min: 1_000, max: 10_000_000 }), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99), (some, share) => {
        const counts = Array.from({ length: BUCKETS }, () => 0);
        for (const time of some) counts[bucketOf(time)] = (counts[bucketOf(time)] ?? 0) + 1;
        const sorted = some.toSorted((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil(share * some.length)) - 1] ?? 0;
        const told = percentileMs(counts, share) ?? 0;
        expect(Math.abs(told - exact) / exact).toBeLessThanOrEqual(RELATIVE_ERROR_MAX + 0.001);
      }),
    );
  });

  it('say nothing when nothing was measured', () => {
    expect(percentileMs([0, 0], 0.5)).toBeNull();
  });
});

describe('money', () => {
  it('is exact to the last decimal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1, maxLength: 50 }),
        (fractions) => {
          const prices = fractions.map((fraction) => `0.${String(fraction).padStart(8, '0')}`);
          const sum = prices.reduce((total, price) => total + parsePrice(price), 0);
          const exact = fractions.reduce((total, fraction) => total + BigInt(fraction), 0n);
          expect(BigInt(sum)).toBe(exact);
          expect(parsePrice(formatAmount(sum))).toBe(sum);
        },
      ),
    );
  });

  it('refuses what is not a price', () => {
    for (const price of ['', 'free', '1e3', '0.123456789', '1,5']) {
      expect(() => parsePrice(price)).toThrow('decimal number');
    }
  });
});

describe('periods', () => {
  it('cover every hour exactly once, whatever the edges', () => {
    const hour = fc.integer({ min: 400_000, max: 520_000 });
    const levels = fc.constantFrom('hour', 'day', 'month');
    fc.assert(
      fc.property(hour, fc.integer({ min: 0, max: 3_000 }), levels, (first, length, coarsest) => {
        let next = first;
        for (const range of coveringPeriods(first, first + length, coarsest)) {
          const startOf = (period: number): number => {
            if (range.level === 'hour') return period;
            return 24 * (range.level === 'day' ? period : firstDayOf(period));
          };
          expect(startOf(range.first)).toBe(next);
          next = startOf(range.last + 1);
        }
        expect(next).toBe(first + length + 1);
      }),
    );
  });

  it('know the calendar', () => {
    expect(firstDayOf(monthOf(20_000))).toBeLessThanOrEqual(20_000);
    expect(monthOf(Date.UTC(2024, 1, 29) / 86_400_000)).toBe(54 * 12 + 1);
  });
});

describe('a page of roll-ups', () => {
  const entry = fc.record({
    messages: fc.integer({ min: -5, max: 70_000 }),
    segments: fc.integer({ min: 0, max: 2 ** 33 }),
    contradicted: fc.integer({ min: 0, max: 300 }),
    amount: fc.integer({ min: -1_000, max: Number.MAX_SAFE_INTEGER }),
  });
  const slot = fc.integer({ min: 0, max: 32_767 });
  const contents = fc.dictionary(
    slot.map(String),
    fc.tuple(entry, fc.dictionary(fc.integer({ min: 0, max: 255 }).map(String), fc.nat(100_000))),
    { maxKeys: 40 },
  );

  it('is read as it was written, and equal contents are equal bytes', () => {
    fc.assert(
      fc.property(contents, (wanted) => {
        const page = new RollUpPage();
        for (const [key, [sums, cells]] of Object.entries(wanted)) {
          page.entries.set(Number(key), sums);
          for (const [bucket, count] of Object.entries(cells)) {
            page.cells.set(Number(key) * BUCKETS + Number(bucket), count);
          }
        }
        const bytes = page.encode();
        const read = RollUpPage.decode(bytes);
        expect(read.entries).toEqual(page.entries);
        expect(read.cells).toEqual(page.cells);
        expect(read.encode()).toEqual(bytes);
        // A driver may hand out a part of a larger buffer, at any place in it.
        const shifted = new Uint8Array(bytes.length + 3);
        shifted.set(bytes, 3);
        expect(RollUpPage.decode(shifted.subarray(3)).entries).toEqual(page.entries);
      }),
    );
  });
});
