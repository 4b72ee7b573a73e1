/** A number from 0 up to but not including 1. */
export type Random = () => number;

/** The same seed gives the same numbers (the mulberry32 generator). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws one item, the first ones far more often: real traffic over countries and senders is skewed in this way. */
export function skewed<Item>(items: readonly Item[], random: Random): Item {
  const index = Math.floor(items.length * random() ** 3);
  const item = items[index];
  if (item === undefined) throw new RangeError('nothing to choose from');
  return item;
}
