/** Times as people read them: in the reader's zone, exact and relative together. */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const two = (value: number): string => String(value).padStart(2, '0');

/** `10:15:02` */
export function clockTime(at: string | Date): string {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** `10:15:02.145` */
export function exactTime(at: string | Date): string {
  const time = new Date(at);
  return `${clockTime(time)}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** `10:15` */
export const shortTime = (at: string | Date): string => clockTime(at).slice(0, 5);

const dayOf = (at: Date): number =>
  new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Days between two times, by the reader's calendar. */
export const daysBefore = (at: Date, now: Date): number =>
  Math.round((dayOf(now) - dayOf(at)) / DAY);

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10:15:02` today, `Fri 17:41` this week, else `12 Nov`, with the year where it is another. */
export function listTime(at: string, now: Date): string {
  const time = new Date(at);
  const days = daysBefore(time, now);
  if (days === 0) return clockTime(time);
  if (Math.abs(days) < 7) return `${WEEKDAYS[time.getDay()]} ${shortTime(time)}`;
  return dayName(time, now);
}

/** `12 Nov` or `12 Nov 2025` */
export function dayName(at: Date, now: Date): string {
  const year = at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`;
  return `${at.getDate()} ${MONTHS[at.getMonth()]}${year}`;
}

/** The same for a day that reports count, which is one of UTC: the reader's calendar may be a day behind. */
export function utcDayName(at: Date, now: Date): string {
  const year = at.getUTCFullYear() === now.getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}${year}`;
}

/** `10:15:02` today, else `Fri 27 Nov, 17:41:03`. */
export function fullTime(at: string | Date, now: Date): string {
  const time = new Date(at);
  return daysBefore(time, now) === 0
    ? clockTime(time)
    : `${WEEKDAYS[time.getDay()]} ${dayName(time, now)}, ${clockTime(time)}`;
}

/** `9 min ago`, `in 1 d 22 h`; within five seconds `just now` for the past and `now` for the future. */
export function relativeTime(at: string | Date, now: Date): string {
  const ms = now.getTime() - new Date(at).getTime();
  if (Math.abs(ms) < 5 * SECOND) return ms < 0 ? 'now' : 'just now';
  const rough = roughSpan(Math.abs(ms));
  return ms > 0 ? `${rough} ago` : `in ${rough}`;
}

function roughSpan(ms: number): string {
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h`;
  return `${Math.floor(ms / DAY)} d`;
}

/** A duration: `67 ms`, `2.3 s`, `1 min 13 s`, `6 h 25 min`, `3 d 2 h`. */
export function span(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < MINUTE)
    return `${ms < 10 * SECOND ? (ms / SECOND).toFixed(1) : Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'min', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'min');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(
  ms: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const whole = Math.floor(ms / large);
  const rest = Math.floor((ms % large) / small);
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/**
 * `UTC+0`, `UTC+5:30`; `UTC+1 and UTC+2` for times on both sides of a change of the clocks. A page names it once.
 * @param now instead of the times where there are none
 */
export function zoneName(times: readonly (string | Date)[], now: Date): string {
  const shown = times.length > 0 ? times : [now];
  const offsets = new Set(shown.map((at) => -new Date(at).getTimezoneOffset()));
  return [...offsets]
    .toSorted((a, b) => a - b)
    .map(offsetName)
    .join(' and ');
}

function offsetName(minutes: number): string {
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? '' : `:${two(size % 60)}`;
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${rest}`;
}

/** `19:00 today`, `19:00 yesterday`, `19:00 on` and the day */
export function spokenTime(at: string, now: Date): string {
  const time = new Date(at);
  const days = daysBefore(time, now);
  if (days === 0) return `${shortTime(time)} today`;
  if (days === 1) return `${shortTime(time)} yesterday`;
  return `${shortTime(time)} on ${dayName(time, now)}`;
}
