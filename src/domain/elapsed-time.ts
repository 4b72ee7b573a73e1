/**
 * A step of the clock while this process ran. The age of a time recorded before the step is unknown; the time that the
 * process has run since the step is known.
 */
export interface ClockStep {
  /** The clock's time right after the step. ISO 8601 UTC. */
  readonly since: string;
  /** Milliseconds since the step, by a clock that cannot be set. */
  readonly elapsedMs: number;
}

/** The time, and the step before which it cannot be compared with other times. */
export interface Moment {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly lastStep?: ClockStep | undefined;
}

/** Something that ends after a duration. */
export interface TimeSpan {
  /** Its start, ISO 8601 UTC; null when a person chose its end, which only the clock can tell. */
  readonly from: string | null;
  readonly until: string;
}

/** True when the clock has run without a step from then until now. A time ahead of now was recorded before a step. */
export const isComparable = (time: string, { now, lastStep }: Moment): boolean =>
  lastStep === undefined ||
  (Date.parse(time) >= Date.parse(lastStep.since) && Date.parse(time) <= Date.parse(now));

/**
 * The rest of a time span, milliseconds; 0 or less when it is over. One that a step of the clock interrupted is over
 * when the process has run for its whole length since the step: never early, and at most twice its length late.
 */
export function msLeft({ from, until }: TimeSpan, moment: Moment): number {
  if (from === null || isComparable(from, moment)) {
    return Date.parse(until) - Date.parse(moment.now);
  }
  const lengthMs = Date.parse(until) - Date.parse(from);
  return lengthMs - (moment.lastStep?.elapsedMs ?? 0);
}

export const isOver = (span: TimeSpan, moment: Moment): boolean => msLeft(span, moment) <= 0;
