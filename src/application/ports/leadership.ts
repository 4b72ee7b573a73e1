/**
 * Whose turn it is to do what goes on by itself. Of many instances one does it at a time, so that they do
 * not do the same work twice over; correctness never rests on it, but on expected revisions.
 */
export interface Leadership {
  /**
   * Does `work` whenever it is this instance's turn, until `signal` aborts. What is given to `work` aborts
   * too when the turn is lost; it should then end soon, because another instance may have begun.
   * Resolves when the work has ended, and leaves the turn to others.
   */
  lead(work: (turn: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}
