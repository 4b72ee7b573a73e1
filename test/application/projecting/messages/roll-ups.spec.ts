import * as fc from 'fast-check';
import {
  coveringPeriods,
  firstDayOf,
  monthOf,
  type RollUpLevel,
} from '../../../../src/adapters/read-model/delivery-report/roll-up-level.js';
import { RollUpPage } from '../../../../src/adapters/read-model/delivery-report/roll-up-page.js';
import {
  bucketMiddleMs,
  BUCKETS,
  bucketOf,
  IMPLAUSIBLE_BUCKET,
  RELATIVE_ERROR_MAX,
  timesToDelivery,
} from '../../../../src/application/projecting/messages/delivery-histogram.js';
import { formatAmount, parsePrice } from '../../../../src/application/projecting/messages/money.js';

describe('times to delivery', () => {
  it('are told within the promised relative error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 864_000_000 }), (time) => {
        const error = Math.abs(bucketMiddleMs(bucketOf(time)) - time) / time;
        expect(error).toBeLessThanOrEqual(RELATIVE_ERROR_MAX * 1.001);
      }),
    );
  });

  it('give percentiles close to those of the raw times, also when merged', () => {
    const times = fc.array(fc.integer({ min: 1_000, max: 10_000_000 }), { minLength: 1 });
    fc.assert(
      fc.property(times, (some) => {
        const counts = Array.from({ length: BUCKETS }, () => 0);
        for (const time of some) counts[bucketOf(time)] = (counts[bucketOf(time)] ?? 0) + 1;
        const sorted = some.toSorted((left, right) => left - right);
        const { measured, p50Ms, p95Ms, p99Ms } = timesToDelivery(counts);
        expect(measured).toBe(some.length);
        for (const [share, told] of [
          [0.5, p50Ms],
          [0.95, p95Ms],
          [0.99, p99Ms],
        ] as const) {
          const exact = sorted[Math.max(1, Math.ceil(share * some.length)) - 1] ?? 0;
          const error = Math.abs((told ?? 0) - exact) / exact;
          expect(error).toBeLessThanOrEqual(RELATIVE_ERROR_MAX + 0.001);
        }
      }),
    );
  });

  it('leave those out that cannot be true, and count them', () => {
    const counts = Array.from({ length: BUCKETS }, () => 0);
    counts[bucketOf(5_000)] = 1;
    counts[IMPLAUSIBLE_BUCKET] = 9;
    const { measured, implausible, p99Ms } = timesToDelivery(counts);
    expect({ measured, implausible }).toEqual({ measured: 1, implausible: 9 });
    expect(p99Ms).toBeLessThan(6_000);
    expect(bucketOf(Number.MAX_SAFE_INTEGER)).toBeLessThan(IMPLAUSIBLE_BUCKET);
  });

  it('say nothing when nothing was measured', () => {
    expect(timesToDelivery([0, 0])).toEqual({
      measured: 0,
      implausible: 0,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
    });
  });
});

describe('money', () => {
  it('is exact to the last decimal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1, maxLength: 50 }),
        (fractions) => {
          const prices = fractions.map((fraction) => `0.${String(fraction).padStart(8, '0')}`);
          const sum = prices.reduce((total, price) => total + (parsePrice(price) ?? 0), 0);
          const exact = fractions.reduce((total, fraction) => total + BigInt(fraction), 0n);
          expect(BigInt(sum)).toBe(exact);
          expect(parsePrice(formatAmount(sum))).toBe(sum);
        },
      ),
    );
  });

  it.each([
    ['0.06659999999999999', '0.0666'],
    ['0000000000.0333', '0.0333'],
    ['12345678.5', '12345678.5'],
    ['0.000000005', '0.00000001'],
    ['0.0000000049', '0'],
    ['1e3', '1000'],
    ['3.33E-2', '0.0333'],
    ['-0.5', '-0.5'],
    ['-0.0', '0'],
    ['+.5', '0.5'],
    ['5.', '5'],
    ['1e-999999999999', '0'],
    ['0e999999999999', '0'],
    ['12345678956789012345e-18', '12.34567896'],
    ['90000000', '90000000'],
  ])('counts %s as %s', (price, amount) => {
    expect(formatAmount(parsePrice(price) ?? Number.NaN)).toBe(amount);
  });

  it.each(['', 'free', '1,5', '.', 'e5', '0x10', 'NaN', 'Infinity', '1e300', '90000000.1'])(
    'does not count %j',
    (price) => {
      expect(parsePrice(price)).toBeNull();
    },
  );

  it('reads every number that JavaScript can write, to half of the last decimal', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e7, max: 1e7, noNaN: true }), (price) => {
        const told = Number(formatAmount(parsePrice(String(price)) ?? Number.NaN));
        expect(Math.abs(told - price)).toBeLessThanOrEqual(0.500001e-8 + Math.abs(price) * 2e-16);
      }),
    );
  });

  it('tells sums that no longer fit into 53 bits', () => {
    expect(formatAmount(2 ** 60)).toBe('11529215046.06846976');
  });
});

describe('periods', () => {
  const level = fc.constantFrom('hour', 'day', 'month');
  const edges = fc.constantFrom('rounded', 'inside');
  const first = fc.integer({ min: 400_000, max: 520_000 });
  const length = fc.integer({ min: 0, max: 3_000 });

  it('add up to every hour exactly once and to no other, whatever the edges', () => {
    fc.assert(
      fc.property(first, length, level, edges, (start, hours, coarsest, rounding) => {
        const times = new Map<number, number>();
        const ranges = coveringPeriods(start, start + hours, coarsest, rounding);
        expect(rounding === 'inside' && ranges.some(({ sign }) => sign === -1)).toBe(false);
        for (const range of ranges) {
          for (let hour = startOf(range.level, range.first); ; hour++) {
            if (hour === startOf(range.level, range.last + 1)) break;
            times.set(hour, (times.get(hour) ?? 0) + range.sign);
          }
        }
        for (const [hour, count] of times) {
          const isAsked = hour >= start && hour <= start + hours;
          if (count !== (isAsked ? 1 : 0)) throw new Error(`hour ${hour} counts ${count} times`);
        }
        expect([...times.values()].filter((count) => count === 1)).toHaveLength(hours + 1);
      }),
    );
  });

  it('are few: at each edge at most half a month of days and half a day of hours', () => {
    fc.assert(
      fc.property(first, fc.integer({ min: 0, max: 20_000 }), (start, hours) => {
        const ranges = coveringPeriods(start, start + hours, 'month');
        const periods = ranges.reduce((sum, range) => sum + range.last - range.first + 1, 0);
        const months = Math.ceil(hours / (28 * 24)) + 1;
        expect(periods).toBeLessThanOrEqual(months + 2 * (16 + 12));
      }),
    );
  });

  it('know the calendar', () => {
    expect(firstDayOf(monthOf(20_000))).toBeLessThanOrEqual(20_000);
    expect(monthOf(Date.UTC(2024, 1, 29) / 86_400_000)).toBe(54 * 12 + 1);
  });
});

function startOf(level: RollUpLevel, period: number): number {
  if (level === 'hour') return period;
  return 24 * (level === 'day' ? period : firstDayOf(period));
}

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
        // A driver may return a view into a larger buffer, at any offset.
        const shifted = new Uint8Array(bytes.length + 3);
        shifted.set(bytes, 3);
        expect(RollUpPage.decode(shifted.subarray(3)).entries).toEqual(page.entries);
      }),
    );
  });
});
