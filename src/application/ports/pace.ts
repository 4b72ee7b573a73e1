/** Keeps calls to Vonage within its rate limit, which counts those of all instances. */
export interface Pace {
  /**
   * Resolves when it is the caller's turn.
   * @throws the signal's reason when it aborts first, or that the turn could not be had
   */
  turn(signal: AbortSignal): Promise<void>;

  /** Gives nobody a turn for this long. A pause never shortens another. */
  pause(milliseconds: number): Promise<void>;
}
