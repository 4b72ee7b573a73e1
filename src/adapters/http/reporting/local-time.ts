const TIME = /^(\d{4})-(\d{2})-(\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const ZONE = /T.*(Z|[+-]\d{2}:?\d{2})$/;

/** True for a time of day without a zone. */
export const isLocal = (text: string): boolean => /T[\d:.]+$/.test(text);

/** True for a time with a zone, which is the same moment for everybody. */
export const hasZone = (text: string): boolean => ZONE.test(text);

/**
 * Returns milliseconds since 1970, and NaN for an invalid time; `Date` alone would take a 30th of February for a day in
 * March. @param timeZone of a text without a zone of its own; UTC where it is undefined
 */
export function timeOf(text: string, timeZone?: string): number {
  const [, year, month, day] = TIME.exec(text) ?? [];
  const date = new Date(`${year}-${month}-01T00:00:00Z`);
  date.setUTCDate(Number(day));
  if (date.getUTCMonth() + 1 !== Number(month)) return Number.NaN;
  if (timeZone === undefined || hasZone(text)) return Date.parse(text);
  const asUtcMs = Date.parse(isLocal(text) ? `${text}Z` : text);
  return Number.isNaN(asUtcMs) ? asUtcMs : momentIn(timeZone, asUtcMs);
}

/** True for an IANA name that this runtime knows, such as `Europe/London`. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Converts a local time of a zone to milliseconds since 1970. A time that occurs twice gives the earlier moment; a
 * skipped time gives the moment as far behind the gap as the time is inside it.
 * @param asUtcMs the same time, read as UTC
 */
export function momentIn(timeZone: string, asUtcMs: number): number {
  // Zones change their offset at most once within a day.
  const offsets = [asUtcMs - DAY_MS, asUtcMs + DAY_MS].map((at) => offsetMs(timeZone, at));
  const moments = offsets.map((offset) => asUtcMs - offset).toSorted((one, other) => one - other);
  const shown = moments.find((moment) => moment + offsetMs(timeZone, moment) === asUtcMs);
  return shown ?? asUtcMs - (offsets[0] ?? 0);
}

const DAY_MS = 86_400_000;

/** Returns the offset of a zone from UTC, milliseconds; positive east of it. */
function offsetMs(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const shown = Date.UTC(
    of('year'),
    of('month') - 1,
    of('day'),
    of('hour'),
    of('minute'),
    of('second'),
  );
  return shown - Math.floor(atMs / 1000) * 1000;
}
