import * as fc from 'fast-check';
import { beginOfMonth, firstMonthKept, monthOfKeys } from '../../src/domain/retention.js';

const DAY_MS = 86_400_000;

it('keeps everything for the days, and nothing for 31 days longer', () => {
  const now = fc.date({
    min: new Date('2001-01-01'),
    max: new Date('2090-01-01'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(now, fc.integer({ min: 30, max: 400 }), (at, days) => {
      const begin = Date.parse(beginOfMonth(firstMonthKept(at, days)));
      const oldestMs = at.getTime() - begin;
      expect(oldestMs).toBeGreaterThanOrEqual(days * DAY_MS);
      expect(oldestMs).toBeLessThan((days + 31) * DAY_MS);
    }),
  );
});

it('names a month as keys do', () => {
  expect(firstMonthKept(new Date('2026-03-01T00:00:00.000Z'), 30)).toBe('2026-01');
  expect(monthOfKeys('2026-01')).toBe(202_601);
});
