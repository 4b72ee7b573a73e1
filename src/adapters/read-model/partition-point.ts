/**
 * How many of some things in order come before a point, found by halving.
 * @param isBefore of the thing at an index; true up to some index, and false from there
 */
export function partitionPoint(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
