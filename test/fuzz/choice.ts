import { seededRandom, type Random } from '../../testing/seeded-random.js';

/** An odd constant that spreads neighbouring numbers over 32 bits (2 to the 32nd over the golden ratio). */
const SPREAD = 0x9e3779b1;

/** Random choices for one request, independent of the requests before it. */
export class Choice {
  readonly random: Random;
  /** A seed for a generator that takes one of its own. */
  readonly seed: number;

  constructor(seed: number, number: number) {
    this.seed = (Math.imul(seed, SPREAD) ^ Math.imul(number + 1, SPREAD)) | 0;
    this.random = seededRandom(this.seed);
  }

  /** @param share from 0, never, to 1, always */
  happens(share: number): boolean {
    return this.random() < share;
  }

  /** From 0 up to but not including the bound. */
  below(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  /** @throws Error when there is nothing to choose from */
  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }
}
