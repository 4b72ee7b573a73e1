/**
 * Elects the instance that runs the background work. One instance at a time does it, so that none is done twice;
 * correctness never rests on it, but on expected revisions.
 */
export interface Leadership {
  /**
   * Runs `work` whenever this instance leads, until `signal` aborts. The signal given to `work` also aborts when
   * leadership is lost; `work` should then end soon, because another instance may have begun. Resolves when the work
   * has ended, and gives up leadership.
   */
  lead(work: (turn: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void>;
}
