import { setImmediate as nextTurn } from 'node:timers/promises';

/** Far below the 50 ms that one request may hold the event loop. */
const HOLD_MS_MAX = 10;

/** Lets other requests have their turn in between the parts of a long piece of work. */
export class LoopShare {
  private turnBeganMs = performance.now();

  /** Call it after each part. */
  async giveWay(): Promise<void> {
    if (performance.now() - this.turnBeganMs < HOLD_MS_MAX) return;
    await nextTurn();
    this.turnBeganMs = performance.now();
  }
}
