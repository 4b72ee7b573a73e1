import {
  createPublicKey,
  hash,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from 'node:crypto';

/** The signature type of Ed25519 (C2SP signed-note). */
const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;
/** Signatures of other types are longer. */
export const SIGNATURE_BYTES = 64;
/** A note may carry signatures of witnesses too. */
const SIGNATURES_MAX = 100;
const NOTE_CHARACTERS_MAX = 100_000;

/** Begins each signature line: an em dash and a space. */
const SIGNATURE_MARK = '\u2014 ';

/** A key that checks notes, under a name that belongs to it. */
export interface VerifierKey {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly id: string;
  readonly key: KeyObject;
  /** As it is published: `<name>+<id>+<Base64 of the type and the key>`. */
  readonly text: string;
}

/** A text and the signatures under it. */
export interface SignedNote {
  /** With its last line's end. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Buffer;
}

/** A note that does not follow the format, or lacks a valid signature. */
export class InvalidNote extends Error {
  override readonly name = 'InvalidNote';
}

/** @param name the log's origin: without spaces and `+` */
export function verifierKeyOf(name: string, publicKey: KeyObject): VerifierKey {
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const bytes = Buffer.concat([Buffer.of(ED25519), Buffer.from(x, 'base64url')]);
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), bytes]), 'hex').slice(
    0,
    2 * KEY_ID_BYTES,
  );
  return { name, id, key: publicKey, text: `${name}+${id}+${bytes.toString('base64')}` };
}

const VERIFIER_KEY = /^(?<name>[^\s+]+)\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]+={0,2})$/;

/** @throws InvalidNote for a text that is no key, or whose id is not that of the key */
export function parseVerifierKey(text: string): VerifierKey {
  const { name, id, key } = VERIFIER_KEY.exec(text.trim())?.groups ?? {};
  const bytes = Buffer.from(key ?? '', 'base64');
  if (name === undefined || bytes[0] !== ED25519 || bytes.length !== 1 + PUBLIC_KEY_BYTES) {
    throw new InvalidNote('this is no verifier key: <name>+<id>+<Base64 of an Ed25519 key>');
  }
  const x = bytes.subarray(1).toString('base64url');
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const verifier = verifierKeyOf(name, publicKey);
  if (verifier.id !== id) throw new InvalidNote('the verifier key was altered: its id is wrong');
  return verifier;
}

/** @param text ends with a line's end, and has no empty line before it */
export function signNote(text: string, name: string, privateKeys: readonly KeyObject[]): string {
  const lines = privateKeys.map((privateKey) => {
    const { id } = verifierKeyOf(name, createPublicKey(privateKey));
    const signature = signBytes(null, Buffer.from(text, 'utf8'), privateKey);
    const blob = Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64');
    return `${SIGNATURE_MARK}${name} ${blob}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/** @throws InvalidNote */
export function parseNote(note: string): SignedNote {
  const end = note.lastIndexOf('\n\n');
  if (note.length > NOTE_CHARACTERS_MAX) throw new InvalidNote('the note is too long');
  if (end < 0 || !note.endsWith('\n')) throw new InvalidNote('the note has no signatures');
  const lines = note
    .slice(end + 2)
    .split('\n')
    .slice(0, -1);
  if (lines.length === 0 || lines.length > SIGNATURES_MAX) {
    throw new InvalidNote(`a note has 1 to ${SIGNATURES_MAX} signatures`);
  }
  return { text: note.slice(0, end + 1), signatures: lines.map(signatureOf) };
}

const SIGNATURE_LINE = /^\u2014 (?<name>[^\s+]+) (?<blob>[A-Za-z0-9+/]+={0,2})$/;

function signatureOf(line: string): NoteSignature {
  const { name, blob } = SIGNATURE_LINE.exec(line)?.groups ?? {};
  const bytes = Buffer.from(blob ?? '', 'base64');
  if (name === undefined || bytes.length <= KEY_ID_BYTES) {
    throw new InvalidNote('a signature line of the note is malformed');
  }
  return {
    name,
    keyId: bytes.subarray(0, KEY_ID_BYTES).toString('hex'),
    signature: bytes.subarray(KEY_ID_BYTES),
  };
}

/**
 * Signatures of unknown keys are ignored; every one of a known key must be right.
 * @returns the text
 * @throws InvalidNote when none of the keys has signed it
 */
export function openNote(note: string, keys: readonly VerifierKey[]): string {
  const { text, signatures } = parseNote(note);
  let count = 0;
  for (const { name, keyId, signature } of signatures) {
    const verifier = keys.find((one) => one.name === name && one.id === keyId);
    if (verifier === undefined) continue;
    const isRight =
      signature.length === SIGNATURE_BYTES &&
      verifyBytes(null, Buffer.from(text, 'utf8'), verifier.key, signature);
    if (!isRight) throw new InvalidNote(`the signature of ${name} (key ${keyId}) is wrong`);
    count++;
  }
  if (count === 0) throw new InvalidNote('the note is not signed by a known key');
  return text;
}
