import type { Copy } from './read-model-database.js';

/** A cache of a copy's contents that can be refreshed from the copy. */
export interface Remembered {
  refresh(copy: Copy): Promise<void>;
}

/**
 * Keeps one cache for each copy. Queries overlap while the copy in use is switched, and answers of the old copy must
 * not get into the cache of the new one.
 */
export class PerCopy<Known extends Remembered> {
  private readonly known = new WeakMap<Copy, Known>();

  constructor(private readonly nothingKnown: () => Known) {}

  /** Returns the cache, refreshed now. */
  async of(copy: Copy): Promise<Known> {
    const known = this.known.get(copy) ?? this.nothingKnown();
    this.known.set(copy, known);
    await known.refresh(copy);
    return known;
  }
}
