/** The longest pause: after it, one call finds out whether Vonage takes messages again. */
export const PAUSE_MS_MAX = 60_000;

/** Keeps calls to Vonage within its rate limit, which counts those of all instances. */
export interface Pace {
  /**
   * Resolves when it is the caller's turn.
   * @throws the signal's reason when it aborts first, or an error when the turn could not be had
   */
  turn(signal: AbortSignal): Promise<void>;

  /** Gives no caller a turn for this long, at most `PAUSE_MS_MAX`. A pause never shortens another. */
  pause(milliseconds: number): Promise<void>;
}
