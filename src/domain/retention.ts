const DAY_MS = 86_400_000;

/** A month, UTC, for example `2026-10`. Months sort as texts. */
export type Month = string;

/**
 * The first month of which something is kept. Keys last for a month, so everything in a month is kept until its last
 * moment is old enough: for `days`, and at the longest for 31 days more.
 */
export const firstMonthKept = (now: Date, days: number): Month =>
  new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 'yyyy-mm'.length);

/** Its first moment, ISO 8601. */
export const beginOfMonth = (month: Month): string => `${month}-01T00:00:00.000Z`;

/** As keys name it, for example 202610. */
export const monthOfKeys = (month: Month): number => Number(month.replace('-', ''));
