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
