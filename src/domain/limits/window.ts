/** The time for which a quota counts, in UTC. */
export interface Window {
  /** `2026-11-28`, or `2026-11-28T14` for an hour. */
  readonly name: string;
  readonly endsAtMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const dayOf = (at: Date): Window => windowOf(at, DAY_MS, 'yyyy-mm-dd'.length);

export const hourOf = (at: Date): Window => windowOf(at, HOUR_MS, 'yyyy-mm-ddThh'.length);

function windowOf(at: Date, lengthMs: number, nameLength: number): Window {
  // A day in UTC has always 24 hours, so windows are multiples of their length since 1970.
  const startsAtMs = Math.floor(at.getTime() / lengthMs) * lengthMs;
  return {
    name: new Date(startsAtMs).toISOString().slice(0, nameLength),
    endsAtMs: startsAtMs + lengthMs,
  };
}
