import { setImmediate as nextTurn } from 'node:timers/promises';

/** Far below the 50 ms for which one request may block the event loop. */
const HOLD_MS_MAX = 10;

/** Yields to other requests between the parts of a long task. */
export class LoopShare {
  private turnBeganMs = performance.now();

  /** Call it after each part. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.turnBeganMs < HOLD_MS_MAX) return;
    await nextTurn();
    this.turnBeganMs = performance.now();
  }
}
