/** Far below the 50 ms for which requests together may block the event loop. */
const TURN_MS_MAX = 10;

/**
 * Shares the event loop among all that takes long: pages of lists, parts of exports, messages of batches. Between two turns
 * the loop serves webhooks, health checks and everything else.
 */
export class LoopTurns {
  /** In the order in which they came. */
  private readonly waiting: (() => void)[] = [];
  private isAdmitting = false;
  private turnBeganMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly turnMsMax = TURN_MS_MAX) {}

  /** Call it between the parts of a long task. Resolves at once while the present turn lasts and nobody waits. */
  async giveWay(): Promise<void> {
    if (this.waiting.length > 0 || this.isOver) await this.next();
  }

  /** Call it before a task. Resolves in a later turn of the event loop, when those who came before have had theirs. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (this.isAdmitting) return;
      this.isAdmitting = true;
      setImmediate(this.begin);
    });
  }

  private get isOver(): boolean {
    return performance.now() - this.turnBeganMs >= this.turnMsMax;
  }

  private readonly begin = (): void => {
    this.turnBeganMs = performance.now();
    this.admit();
  };

  private readonly admit = (): void => {
    this.waiting.shift()?.();
    this.isAdmitting = this.waiting.length > 0;
    // A tick that a microtask asks for comes after all microtasks, which are the work of the admitted.
    if (this.isAdmitting) queueMicrotask(() => process.nextTick(this.goOn));
  };

  private readonly goOn = (): void => {
    if (this.isOver) setImmediate(this.begin);
    else this.admit();
  };
}

/** A process has one event loop. */
export const loopTurns = new LoopTurns();
