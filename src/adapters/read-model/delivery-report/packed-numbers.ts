/** Bytes of a number, in the order that lets columns follow each other without gaps. */
export const WIDTHS = [8, 4, 2, 1] as const;

export type Width = (typeof WIDTHS)[number];

export const arrays = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: Float64Array } as const;

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Aligns the bytes: typed arrays must begin at a multiple of their size, and a driver may return a part of a buffer.
 */
export const aligned = (stored: Uint8Array): Uint8Array =>
  // This copies the bytes; a Buffer's own `slice` would be a view of the same bytes.
  stored.byteOffset % 8 === 0 ? stored : new Uint8Array(stored);

/** Returns the fewest bytes that hold each of the numbers, which are whole and seldom negative. */
export function widthOf(column: Numbers, length: number): Width {
  let least = 0;
  let most = 0;
  for (let index = 0; index < length; index++) {
    const value = column[index] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least < 0 || most >= 2 ** 32) return 8;
  if (most >= 2 ** 16) return 4;
  return most >= 2 ** 8 ? 2 : 1;
}
