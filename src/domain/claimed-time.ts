/**
 * Others tell the time of an event, and their clocks may be wrong. A claim that cannot be true is kept beside the time
 * of receipt, and lists, windows and reports use the time of receipt.
 */

/** The earliest credible time: nothing of the Messages API is older. */
const EARLIEST = '2010-01-01T00:00:00.000Z';

/** The largest credible lead over the receipt: no time zone puts a clock farther ahead. */
const AHEAD_MS_MAX = 86_400_000;

/**
 * The largest normal clock difference: clocks kept by a time server differ by less; a wrong time zone makes at least a
 * quarter of an hour.
 */
export const CLOCK_SKEW_MS_MAX = 60_000;

/** The time to use, and the claim when that is not credible. */
export interface Occurrence {
  /** ISO 8601 UTC. */
  readonly occurredAt: string;
  /** The claim as told; absent when it equals `occurredAt`, or none was told. */
  readonly claimedAt?: string;
}

/**
 * @param moment the claim in ISO 8601 UTC with milliseconds; null where it is no time
 * @param claimed the claim as it was written; null when there was none
 * @param receivedAt ISO 8601 UTC, by our own clock
 */
export function occurrenceOf(
  moment: string | null,
  claimed: string | null,
  receivedAt: string,
): Occurrence {
  if (moment !== null && isPossible(moment, receivedAt)) return { occurredAt: moment };
  return claimed === null
    ? { occurredAt: receivedAt }
    : { occurredAt: receivedAt, claimedAt: claimed };
}

/** Texts of one form sort as times do. */
const isPossible = (moment: string, receivedAt: string): boolean =>
  moment >= EARLIEST &&
  (moment <= receivedAt || Date.parse(moment) <= Date.parse(receivedAt) + AHEAD_MS_MAX);

/**
 * Returns the time by which words are put in order: a claim that is ahead of its receipt belongs to another clock, and
 * would take the place of all that is said until then.
 */
export const notAfter = (receivedAt: string, occurredAt: string): string =>
  occurredAt < receivedAt ? occurredAt : receivedAt;

/** True when a time lies between the start of an attempt and the receipt of a report about it. */
export const liesBetween = (moment: string, startedAt: string, receivedAt: string): boolean =>
  (moment >= startedAt || Date.parse(moment) >= Date.parse(startedAt) - CLOCK_SKEW_MS_MAX) &&
  (moment <= receivedAt || Date.parse(moment) <= Date.parse(receivedAt) + CLOCK_SKEW_MS_MAX);
