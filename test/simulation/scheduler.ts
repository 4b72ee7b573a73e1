import { setImmediate as settled } from 'node:timers/promises';
import { seededRandom, type Random } from '../../testing/seeded-random.js';

/** Something that can die: what it waits for is then forgotten, and its code never runs again. */
export class Life {
  isOver = false;

  constructor(readonly name: string) {}
}

/** Where and when a call takes effect, and when its answer arrives; milliseconds of virtual time. */
export interface CallTimes {
  readonly toEffect: number;
  readonly toAnswer: number;
}

interface Step {
  readonly atMs: number;
  readonly order: number;
  /** Undefined for what happens in the world, which nobody can kill. */
  readonly life: Life | undefined;
  run: (() => void | Promise<void>) | undefined;
}

/**
 * Virtual time, and the order in which everything happens. Whatever the simulated code waits for is a step here: a step
 * runs, all code that follows from it runs until it waits again, and only then comes the next step. One seed decides
 * every duration, so the same seed gives the same order.
 */
export class Scheduler {
  readonly random: Random;
  private nowMs = 0;
  private ordered = 0;
  private readonly steps = new StepHeap();
  private failure: unknown;
  /** The number of steps that were run. */
  count = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Milliseconds since the begin of the simulation. */
  get elapsedMs(): number {
    return this.nowMs;
  }

  /** Between two numbers, the second excluded. */
  between(least: number, most: number): number {
    return least + this.random() * (most - least);
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.random() * 100 < percent;
  }

  oneOf<Item>(items: readonly [Item, ...Item[]]): Item;
  oneOf<Item>(items: readonly Item[]): Item | undefined;
  oneOf<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.random() * items.length)];
  }

  /** Runs something in the world after so many milliseconds. */
  after(milliseconds: number, run: () => void | Promise<void>): void {
    this.push(milliseconds, undefined, run);
  }

  /** Resolves after so many milliseconds, unless the life ends before; rejects when the signal aborts. */
  wait(life: Life, milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        step.run = undefined;
        reject(signal?.reason as Error);
      };
      const step = this.push(milliseconds, life, () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      });
      if (signal?.aborted === true) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /**
   * A call of a life to something outside: it takes effect later, and the answer comes later still. A life that ends in
   * between never hears the answer, whatever became of the call.
   */
  call<Result>(
    life: Life,
    { toEffect, toAnswer }: CallTimes,
    perform: () => Result | Promise<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.after(toEffect, async () => {
        const answer = await Promise.resolve()
          .then(perform)
          .then(
            (result) => () => resolve(result),
            (error: Error) => () => reject(error),
          );
        this.push(toAnswer, life, answer);
      });
    });
  }

  /** Runs everything until then. @throws what `fail` was told */
  async runUntil(endMs: number, isDone: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.steps.first;
      if (next === undefined || next.atMs > endMs || isDone()) break;
      this.steps.shift();
      if (next.run === undefined || next.life?.isOver === true) continue;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.count++;
      await next.run();
      // Everything that follows without another call happens before the next immediate.
      await settled();
      if (this.failure !== undefined) throw this.failure;
    }
    this.nowMs = Math.max(this.nowMs, Math.min(endMs, this.steps.first?.atMs ?? endMs));
  }

  /** Ends the run. */
  fail(error: unknown): void {
    this.failure ??= error;
  }

  private push(
    milliseconds: number,
    life: Life | undefined,
    run: () => void | Promise<void>,
  ): Step {
    const step = { atMs: this.nowMs + Math.max(0, milliseconds), order: this.ordered++, life, run };
    this.steps.push(step);
    return step;
  }
}

/** The steps, earliest first. */
class StepHeap {
  private readonly items: Step[] = [];

  get first(): Step | undefined {
    return this.items[0];
  }

  push(step: Step): void {
    const { items } = this;
    let at = items.length;
    items.push(step);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] as Step;
      if (!isBefore(step, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = step;
  }

  shift(): void {
    const { items } = this;
    const last = items.pop();
    if (last === undefined || items.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && isBefore(items[child + 1] as Step, items[child] as Step)) {
        child++;
      }
      if (!isBefore(items[child] as Step, last)) break;
      items[at] = items[child] as Step;
      at = child;
    }
    items[at] = last;
  }
}

const isBefore = (left: Step, right: Step): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
