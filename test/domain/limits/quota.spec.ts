import * as fc from 'fast-check';
import {
  capExceeded,
  evolveQuota,
  reserve,
  unusedQuota,
  usedBy,
  type Quota,
} from '../../../src/domain/limits/quota.js';
import type { Caps } from '../../../src/domain/limits/quota-events.js';
import { dayOf, hourOf } from '../../../src/domain/limits/window.js';
import { allowsCountry } from '../../../src/domain/limits/country-rule.js';

const NOW = '2026-03-04T05:06:07.000Z';
const nothing = { messages: 0, cost: 0 };
const one = (cost = 0, reportedCost = 0) => ({ need: { messages: 1, cost }, reportedCost });

const amounts = fc.record({ messages: fc.nat(3), cost: fc.nat(50) });
const wish = fc.record({ need: amounts, reportedCost: fc.nat(300) });
const caps: fc.Arbitrary<Caps> = fc.record({
  messages: fc.option(fc.nat(40)),
  cost: fc.option(fc.nat(400)),
});
const rounds = fc.array(fc.array(wish, { maxLength: 8 }), { maxLength: 12 });

describe('a quota', () => {
  it('never grants above a cap, refuses only what does not fit, and folds to what was granted', () => {
    fc.assert(
      fc.property(caps, rounds, (limits, all) => {
        let quota: Quota = unusedQuota;
        const granted = { messages: 0, cost: 0 };
        for (const wishes of all) {
          const { verdicts, events } = reserve(quota, limits, wishes, nothing, NOW);
          for (const [index, asked] of wishes.entries()) {
            const exceeded = capExceeded(granted, limits, asked);
            expect(verdicts[index]).toBe(exceeded);
            if (exceeded !== undefined) continue;
            granted.messages += asked.need.messages;
            granted.cost += asked.need.cost;
          }
          quota = events.reduce(evolveQuota, quota);
          expect(quota.used).toEqual(granted);
          expect(granted.messages).toBeLessThanOrEqual(limits.messages ?? Number.POSITIVE_INFINITY);
          expect(granted.cost).toBeLessThanOrEqual(limits.cost ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  it('gives a returned part to the next in the same decision', () => {
    const full: Quota = { ...unusedQuota, used: { messages: 5, cost: 0 } };
    const limits = { messages: 5, cost: null };
    const { verdicts, events } = reserve(full, limits, [one(), one()], one().need, NOW);
    expect(verdicts).toEqual([undefined, 'messages']);
    expect(events.map(({ type }) => type)).toEqual([
      'QuotaReturned',
      'QuotaReserved',
      'LimitReached',
    ]);
    expect(events.reduce(evolveQuota, full).used.messages).toBe(5);
  });

  it('records that a cap is reached once, and again under another cap', () => {
    const limits = { messages: 1, cost: null };
    const first = reserve(unusedQuota, limits, [one(), one()], nothing, NOW);
    const after = first.events.reduce(evolveQuota, unusedQuota);
    expect(reserve(after, limits, [one()], nothing, NOW).events).toEqual([]);
    const raised = reserve(after, { ...limits, messages: 2 }, [one(), one()], nothing, NOW);
    expect(raised.verdicts).toEqual([undefined, 'messages']);
    expect(raised.events.at(-1)).toMatchObject({ type: 'LimitReached', data: { cap: 2 } });
  });

  it('counts the cost that reports name where it is above the expected one', () => {
    const used = { messages: 3, cost: 30 };
    const limits = { messages: null, cost: 100 };
    expect(capExceeded(used, limits, one(70, 0))).toBeUndefined();
    expect(capExceeded(used, limits, one(70, 31))).toBe('cost');
    expect(usedBy('cost', used, 31)).toBe(31);
  });

  it('counts no less than nothing when more is returned than is known', () => {
    const { events } = reserve(unusedQuota, { messages: 1, cost: null }, [], one(5).need, NOW);
    expect(events.reduce(evolveQuota, unusedQuota).used).toEqual(nothing);
  });
});

describe('a window', () => {
  it.each([
    ['2026-11-28T00:00:00.000Z', '2026-11-28', '2026-11-28T00'],
    ['2026-11-28T23:59:59.999Z', '2026-11-28', '2026-11-28T23'],
    ['2024-02-29T12:30:00.000Z', '2024-02-29', '2024-02-29T12'],
  ])('of %s is the day %s and the hour %s, in UTC', (at, day, hour) => {
    expect(dayOf(new Date(at)).name).toBe(day);
    expect(hourOf(new Date(at)).name).toBe(hour);
    expect(dayOf(new Date(at)).endsAtMs).toBe(Date.parse(`${day}T00:00:00Z`) + 86_400_000);
    expect(hourOf(new Date(at)).endsAtMs).toBe(Date.parse(`${hour}:00:00Z`) + 3_600_000);
  });
});

describe('a rule for countries', () => {
  const rule = (countriesAllowed: string[] | null, countriesBlocked: string[] = []) => ({
    countriesAllowed,
    countriesBlocked,
  });

  it.each([
    ['all without a rule', rule(null), 'GB', true],
    ['numbers of no country without a list', rule(null, ['KP']), null, true],
    ['a country of the list', rule(['GB']), 'GB', true],
    ['no other country', rule(['GB']), 'DE', false],
    ['no number of no country beside a list', rule(['GB']), null, false],
    ['no blocked country', rule(null, ['KP']), 'KP', false],
    ['no blocked country of the list', rule(['GB', 'KP'], ['KP']), 'KP', false],
  ])('allows %s', (_, limits, country, allowed) => {
    expect(allowsCountry(limits, country)).toBe(allowed);
  });
});
