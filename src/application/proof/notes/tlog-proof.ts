import { HASH_BYTES } from '../tree/hashes.js';
import { InvalidNote } from './signed-note.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^63 entries is this high. */
const HASHES_MAX = 63;

/** Proves that an entry is under a checkpoint (C2SP tlog-proof). */
export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up to the child of the root. */
  readonly hashes: readonly Uint8Array[];
  /** The signed note. */
  readonly checkpoint: string;
}

export function formatProof({ index, hashes, checkpoint }: TlogProof): string {
  const lines = hashes.map((hash) => `${Buffer.from(hash).toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${lines.join('')}\n${checkpoint}`;
}

const INDEX = /^index (?<index>0|[1-9]\d{0,15})$/;

/** @throws InvalidNote */
export function parseProof(text: string): TlogProof {
  const end = text.indexOf('\n\n');
  const [header, ...lines] = text.slice(0, Math.max(end, 0)).split('\n');
  if (header !== HEADER) throw new InvalidNote(`a proof begins with ${HEADER}`);
  // Extra data is for others.
  if (lines[0]?.startsWith('extra ') === true) lines.shift();
  const index = Number(INDEX.exec(lines.shift() ?? '')?.groups?.['index']);
  const hashes = lines.map((line) => Buffer.from(line, 'base64'));
  const isWhole =
    Number.isSafeInteger(index) &&
    hashes.length <= HASHES_MAX &&
    hashes.every((hash, at) => hash.length === HASH_BYTES && hash.toString('base64') === lines[at]);
  if (!isWhole) throw new InvalidNote('the proof is malformed: index, hashes, checkpoint');
  return { index, hashes, checkpoint: text.slice(end + 2) };
}
