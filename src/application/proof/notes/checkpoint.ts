import { HASH_BYTES } from '../tree/hashes.js';
import {
  InvalidNote,
  openNote,
  parseNote,
  SIGNATURE_BYTES,
  type VerifierKey,
} from './signed-note.js';

/** A log's commitment that its first `size` entries have this root (C2SP tlog-checkpoint). */
export interface Checkpoint {
  /** The log's name. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** @returns the checkpoint after one of the keys was found to have signed it @throws InvalidNote */
export const openCheckpoint = (note: string, keys: readonly VerifierKey[]): Checkpoint =>
  checkpointOf(openNote(note, keys));

/** @returns the checkpoint, whoever signed it @throws InvalidNote */
export const readCheckpoint = (note: string): Checkpoint => checkpointOf(parseNote(note).text);

const SIZE = /^(?:0|[1-9]\d{0,15})$/;

function checkpointOf(text: string): Checkpoint {
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n');
  const size = Number(sizeText);
  const root = Buffer.from(rootText, 'base64');
  const isWhole =
    origin !== '' &&
    SIZE.test(sizeText) &&
    Number.isSafeInteger(size) &&
    root.length === HASH_BYTES &&
    root.toString('base64') === rootText;
  if (!isWhole) throw new InvalidNote('this is no checkpoint: origin, size, root');
  return { origin, size, root };
}

/** A note ends where the next line is no signature. */
const NOTES = /(?:[^\n]+\n)+\n(?:\u2014 [^\n]+\n)+/g;

/** Returns each note of a file that holds several, one after the other, without those that were cut off while they were written. */
export const notesIn = (text: string): readonly string[] =>
  (`${text.replaceAll('\r\n', '\n').trim()}\n`.match(NOTES) ?? []).filter(isComplete);

function isComplete(note: string): boolean {
  try {
    readCheckpoint(note);
    return parseNote(note).signatures.every(({ signature }) => signature.length >= SIGNATURE_BYTES);
  } catch {
    return false;
  }
}
