/** The lengths of time over which roll-ups are kept, finest first. Months are of the calendar, UTC. */
export const rollUpLevels = ['hour', 'day', 'month'] as const;

export type RollUpLevel = (typeof rollUpLevels)[number];

export const levelNumbers: Readonly<Record<RollUpLevel, number>> = { hour: 0, day: 1, month: 2 };

const HOURS_PER_DAY = 24;
const DAY_MS = 86_400_000;

/** The period, counted from 1970, in which an hour lies. @param hour hours since 1970 */
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

/** The first day of a month. @param month months since January 1970 */
export const firstDayOf = (month: number): number =>
  Date.UTC(1970 + Math.floor(month / 12), month - Math.floor(month / 12) * 12) / DAY_MS;

/** Periods of one level, both included. */
export interface PeriodRange {
  readonly level: RollUpLevel;
  readonly first: number;
  readonly last: number;
}

/**
 * The fewest periods that cover some hours exactly: months in the middle, days around them, hours at the edges.
 * @param first hours since 1970 @param last included
 * @param coarsest a report by hour or by day cannot use anything coarser
 */
export function coveringPeriods(
  first: number,
  last: number,
  coarsest: RollUpLevel,
): readonly PeriodRange[] {
  if (last < first) return [];
  const hours = (from: number, to: number): PeriodRange[] =>
    to < from ? [] : [{ level: 'hour', first: from, last: to }];
  if (coarsest === 'hour') return hours(first, last);

  const firstDay = Math.ceil(first / HOURS_PER_DAY);
  const lastDay = Math.floor((last + 1) / HOURS_PER_DAY) - 1;
  if (lastDay < firstDay) return hours(first, last);
  return [
    ...hours(first, firstDay * HOURS_PER_DAY - 1),
    ...coveringDays(firstDay, lastDay, coarsest),
    ...hours((lastDay + 1) * HOURS_PER_DAY, last),
  ];
}

function coveringDays(first: number, last: number, coarsest: RollUpLevel): readonly PeriodRange[] {
  const days = (from: number, to: number): PeriodRange[] =>
    to < from ? [] : [{ level: 'day', first: from, last: to }];
  if (coarsest === 'day') return days(first, last);
  const firstMonth = firstDayOf(monthOf(first)) === first ? monthOf(first) : monthOf(first) + 1;
  const lastMonth = monthOf(last + 1) - 1;
  if (lastMonth < firstMonth) return days(first, last);
  return [
    ...days(first, firstDayOf(firstMonth) - 1),
    { level: 'month', first: firstMonth, last: lastMonth },
    ...days(firstDayOf(lastMonth + 1), last),
  ];
}
