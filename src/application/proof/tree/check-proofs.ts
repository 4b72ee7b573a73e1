import { nodeHash } from './hashes.js';

export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** Returns the root that the proof leads to, or undefined where its length is wrong (RFC 9162, section 2.1.3.2). */
export function rootOfInclusion({ leaf, index, size, proof }: Inclusion): Uint8Array | undefined {
  if (!(index >= 0 && index < size)) return undefined;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return undefined;
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else hash = nodeHash(hash, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? hash : undefined;
}

export interface Consistency {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** True when the old tree is the beginning of the new one (RFC 9162, section 2.1.4.2). */
export function isConsistent({ oldSize, oldRoot, size, root, proof }: Consistency): boolean {
  if (oldSize > size) return false;
  if (oldSize === size) return proof.length === 0 && isSame(oldRoot, root);
  if (oldSize === 0) return proof.length === 0;
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let place = oldSize - 1;
  let last = size - 1;
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [oldHash, hash] = [first, first];
  for (const node of rest) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      oldHash = nodeHash(node, oldHash);
      hash = nodeHash(node, hash);
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else hash = nodeHash(hash, node);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && isSame(oldHash, oldRoot) && isSame(hash, root);
}

export const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  Buffer.compare(one, other) === 0;

// Indexes may be larger than 32 bits, so these are no bit operations.
const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);
const isPowerOfTwo = (number: number): boolean => Number.isInteger(Math.log2(number));
