/** The period lengths of roll-ups, finest first. Months are of the calendar, UTC. */
export const rollUpLevels = ['hour', 'day', 'month'] as const;

export type RollUpLevel = (typeof rollUpLevels)[number];

export const levelNumbers: Readonly<Record<RollUpLevel, number>> = { hour: 0, day: 1, month: 2 };

export const HOURS_PER_DAY = 24;
const DAY_MS = 86_400_000;

/** Returns the period of an hour, counted from 1970. @param hour hours since 1970 */
export function periodOf(level: RollUpLevel, hour: number): number {
  if (level === 'hour') return hour;
  const day = Math.floor(hour / HOURS_PER_DAY);
  return level === 'day' ? day : monthOf(day);
}

/** Months since January 1970. @param day days since 1970 */
export function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** Returns the first day of a month. @param month months since January 1970 */
export const firstDayOf = (month: number): number =>
  Date.UTC(1970 + Math.floor(month / 12), month - Math.floor(month / 12) * 12) / DAY_MS;

/** Returns the first hour of a period, both counted from 1970. */
function firstHourOf(level: RollUpLevel, period: number): number {
  if (level === 'hour') return period;
  return HOURS_PER_DAY * (level === 'day' ? period : firstDayOf(period));
}

/** Periods of one level, both included, to be added or subtracted. */
export interface PeriodRange {
  readonly level: RollUpLevel;
  readonly first: number;
  readonly last: number;
  readonly sign: 1 | -1;
}

const finerThan = { month: 'day', day: 'hour' } as const;

/** `rounded` may add more than was asked for and subtract the rest, when that is less to read; `inside` may not. */
export type Edges = 'rounded' | 'inside';

/**
 * Returns few periods that add up to exactly these hours: months in the middle, and at the edges the missing days and
 * hours to add, or the surplus ones to subtract.
 * @param first hours since 1970 @param last included
 * @param coarsest a report by hour or by day cannot use anything coarser
 */
export function coveringPeriods(
  first: number,
  last: number,
  coarsest: RollUpLevel,
  edges: Edges = 'rounded',
): readonly PeriodRange[] {
  if (last < first) return [];
  if (coarsest === 'hour') return [{ level: 'hour', first, last, sign: 1 }];
  const finer = finerThan[coarsest];
  const fine = coveringPeriods(first, last, finer, edges);
  const [whole, afterWhole] = wholePeriods(coarsest, first, last + 1, edges);
  if (afterWhole <= whole) return fine;
  const coarse: readonly PeriodRange[] = [
    { level: coarsest, first: whole, last: afterWhole - 1, sign: 1 },
    ...difference(first, firstHourOf(coarsest, whole), finer, edges),
    ...difference(firstHourOf(coarsest, afterWhole), last + 1, finer, edges),
  ];
  return countOf(coarse) < countOf(fine) ? coarse : fine;
}

/**
 * Returns the first period, and the one after the last, that the hours fill completely or nearly. @param until
 * excluded
 */
function wholePeriods(
  level: RollUpLevel,
  from: number,
  until: number,
  edges: Edges,
): readonly [number, number] {
  if (edges === 'inside') return [periodOf(level, from - 1) + 1, periodOf(level, until)];
  return [nearestStart(level, from), nearestStart(level, until)];
}

/** Returns the period whose beginning is nearest to an hour, before or after it. */
function nearestStart(level: RollUpLevel, hour: number): number {
  const period = periodOf(level, hour);
  const sinceStart = hour - firstHourOf(level, period);
  const untilNext = firstHourOf(level, period + 1) - hour;
  return sinceStart < untilNext ? period : period + 1;
}

/** Returns the periods missing between two hours, or the surplus when the second hour comes first. */
function difference(
  from: number,
  until: number,
  coarsest: RollUpLevel,
  edges: Edges,
): readonly PeriodRange[] {
  if (from <= until) return coveringPeriods(from, until - 1, coarsest, edges);
  return coveringPeriods(until, from - 1, coarsest, edges).map((range) => ({
    ...range,
    sign: range.sign === 1 ? -1 : 1,
  }));
}

const countOf = (ranges: readonly PeriodRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
