/**
 * When something happened is told by others, whose clocks may be wrong. A claim that cannot be true is kept beside
 * the time of receipt, and the time of receipt is what lists, windows and reports go by.
 */

/** Nothing of the Messages API is older. */
const EARLIEST = '2010-01-01T00:00:00.000Z';

/** Farther ahead of its own receipt no time zone puts a clock. */
const AHEAD_MS_MAX = 86_400_000;

/** Clocks that are kept by a time server differ by less; a wrong time zone makes at least a quarter of an hour. */
export const CLOCK_SKEW_MS_MAX = 60_000;

/** A time to go by, and the claim where that is not to be believed. */
export interface Occurrence {
  /** ISO 8601 UTC. */
  readonly occurredAt: string;
  /** As it was told; absent where it is `occurredAt`, or nothing was told. */
  readonly claimedAt?: string;
}

/**
 * @param moment the claim in ISO 8601 UTC with milliseconds; null where it is no time
 * @param claimed the claim as it was written; null where nothing was
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

/** Whether a time lies between the start of an attempt and the receipt of a report about it. */
export const liesBetween = (moment: string, startedAt: string, receivedAt: string): boolean =>
  (moment >= startedAt || Date.parse(moment) >= Date.parse(startedAt) - CLOCK_SKEW_MS_MAX) &&
  (moment <= receivedAt || Date.parse(moment) <= Date.parse(receivedAt) + CLOCK_SKEW_MS_MAX);
