import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { checkpointText, type Checkpoint } from './checkpoint.js';
import { parseVerifierKey, signNote, verifierKeyOf, type VerifierKey } from './signed-note.js';

const PEM_KEY = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** Signs with each of its keys: the first is the log's, others are being retired. */
export class SigningKeys {
  /** By origin. They are made for each checkpoint, and never change. */
  private readonly published = new Map<string, string>();

  constructor(private readonly keys: readonly KeyObject[]) {
    if (keys.length === 0) throw new RangeError('a log is signed with at least one key');
  }

  sign(checkpoint: Checkpoint): string {
    return signNote(checkpointText(checkpoint), checkpoint.origin, this.keys);
  }

  /** As they are published, one a line. */
  verifierKeys(origin: string): string {
    const known = this.published.get(origin);
    if (known !== undefined) return known;
    const texts = this.keys.map((key) => verifierKeyOf(origin, createPublicKey(key)).text);
    const lines = texts.map((text) => `${text}\n`).join('');
    this.published.set(origin, lines);
    return lines;
  }
}

/**
 * Reads Ed25519 keys in PEM form, one after the other.
 * @returns undefined when there is none, or one of another kind
 */
export function parseSigningKeys(text: string): SigningKeys | undefined {
  try {
    const keys = (text.match(PEM_KEY) ?? []).map((pem) => createPrivateKey(pem));
    const isEd25519 = keys.every((key) => key.asymmetricKeyType === 'ed25519');
    return keys.length > 0 && isEd25519 ? new SigningKeys(keys) : undefined;
  } catch {
    return undefined;
  }
}

/** @param lines verifier keys, one a line @throws InvalidNote */
export const parseVerifierKeys = (lines: string): readonly VerifierKey[] =>
  lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseVerifierKey);
