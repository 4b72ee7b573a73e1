import { GB } from 'chrono-node/en';
import type { TimeRange } from './read-question.js';

const MINUTE = 60_000;
/** People remember a time to about a quarter of an hour. */
const AROUND_MS = 15 * MINUTE;

/** Reads `10:15`, `about 9pm yesterday`, `28 Nov`, `2 hours ago`; a day alone means all of it. */
export function readTime(text: string, now = new Date()): TimeRange | null {
  const [found] = GB.parse(text, now, { forwardDate: false });
  if (found === undefined) return null;
  let at = found.date();
  if (!found.start.isCertain('hour')) {
    const since = new Date(at.getFullYear(), at.getMonth(), at.getDate());
    const until = new Date(at.getFullYear(), at.getMonth(), at.getDate() + 1);
    return { since, until };
  }
  // A time without a day that is still to come was yesterday's.
  if (!found.start.isCertain('day') && !found.start.isCertain('weekday') && at > now) {
    at = new Date(
      at.getFullYear(),
      at.getMonth(),
      at.getDate() - 1,
      at.getHours(),
      at.getMinutes(),
    );
  }
  return { since: new Date(at.getTime() - AROUND_MS), until: new Date(at.getTime() + AROUND_MS) };
}
