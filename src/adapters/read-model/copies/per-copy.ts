import type { Copy } from './read-model-database.js';

/** What is remembered of a copy, and can be brought up to what the copy has now. */
export interface Remembered {
  refresh(copy: Copy): Promise<void>;
}

/**
 * Remembers something of each copy. Questions overlap when another copy is taken into use, and what the old
 * one said must not get into what is remembered of the new one.
 */
export class PerCopy<Known extends Remembered> {
  private readonly known = new WeakMap<Copy, Known>();

  constructor(private readonly nothingKnown: () => Known) {}

  /** As of now. */
  async of(copy: Copy): Promise<Known> {
    const known = this.known.get(copy) ?? this.nothingKnown();
    this.known.set(copy, known);
    await known.refresh(copy);
    return known;
  }
}
