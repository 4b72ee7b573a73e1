/**
 * The clock was set while this process ran. A time that was written down before does not tell how long ago it
 * is; that the process has lived for so long since the step does.
 */
export interface ClockStep {
  /** The clock's time right after the step. ISO 8601 UTC. */
  readonly since: string;
  /** Since the step, by a clock that cannot be set. */
  readonly elapsedMs: number;
}

/** The time, and how far back it can be compared with other times. */
export interface Moment {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly lastStep?: ClockStep | undefined;
}

/** Something that ends after a duration. */
export interface TimeSpan {
  /** When it began, ISO 8601 UTC; null when a person chose its end, which the clock alone can tell. */
  readonly from: string | null;
  readonly until: string;
}

/** Whether the clock has run without a step from then until now. A time ahead of now was written before a step. */
export const isComparable = (time: string, { now, lastStep }: Moment): boolean =>
  lastStep === undefined ||
  (Date.parse(time) >= Date.parse(lastStep.since) && Date.parse(time) <= Date.parse(now));

/**
 * Until a time span is over, milliseconds; 0 or less when it is. One that a step of the clock interrupted is over when
 * the process has lived for its whole length since the step: never early, and at most twice its length late.
 */
export function msLeft({ from, until }: TimeSpan, moment: Moment): number {
  if (from === null || isComparable(from, moment)) {
    return Date.parse(until) - Date.parse(moment.now);
  }
  const lengthMs = Date.parse(until) - Date.parse(from);
  return lengthMs - (moment.lastStep?.elapsedMs ?? 0);
}

export const isOver = (span: TimeSpan, moment: Moment): boolean => msLeft(span, moment) <= 0;
