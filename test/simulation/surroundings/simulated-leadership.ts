import type { Leadership } from '../../../src/application/ports/leadership.js';
import type { Life, Scheduler } from '../scheduler.js';

interface Turn {
  readonly life: Life;
  readonly ending: AbortController;
}

/** A lock that the instances share. It can be taken from an instance that does not notice at once. */
export class SimulatedLeadership {
  private turn: Turn | undefined;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly scheduler: Scheduler) {}

  for(life: Life): Leadership {
    return {
      lead: async (work, signal) => {
        while (!signal.aborted) {
          await this.free(life, signal);
          if (signal.aborted) return;
          if (this.turn !== undefined) continue;
          const turn = { life, ending: new AbortController() };
          this.turn = turn;
          try {
            await work(AbortSignal.any([signal, turn.ending.signal]));
          } finally {
            if (this.turn === turn) this.release();
          }
        }
      },
    };
  }

  isHeldBy(life: Life): boolean {
    return this.turn?.life === life;
  }

  /** A killed instance loses its lock when its connection is found to be broken. */
  hasDied(life: Life): void {
    const { turn } = this;
    if (turn?.life !== life) return;
    this.scheduler.after(this.scheduler.between(10, 3_000), () => {
      if (this.turn === turn) this.release();
    });
  }

  /** Another instance may begin while this one still finishes its work. */
  takeAway(): string | undefined {
    const { turn } = this;
    if (turn === undefined) return undefined;
    this.release();
    this.scheduler.after(this.scheduler.between(0, 2_000), () => {
      if (!turn.life.isOver) turn.ending.abort();
    });
    return turn.life.name;
  }

  private release(): void {
    this.turn = undefined;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private async free(life: Life, signal: AbortSignal): Promise<void> {
    while (this.turn !== undefined && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.waiting.add(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await this.scheduler.wait(life, this.scheduler.between(1, 200)).catch(() => undefined);
    }
  }
}
