import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const POOLED_IVS = 4_096;

/** One call for many IVs: a call for each would cost as much as half a box. */
const pool = Buffer.alloc(IV_BYTES * POOLED_IVS);
let used = pool.length;

/** The bytes are overwritten later, so they have to be used at once. */
function newIv(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += IV_BYTES;
  return pool.subarray(used - IV_BYTES, used);
}

/** Most boxes are put together here, because each new buffer costs as much as the encryption of a number. */
const assembled = Buffer.alloc(4_096);

/** Encrypts a text. @param context must be the same to open it: a box cannot be moved to another event */
export function closeBox(key: KeyObject, text: string, context: string): string {
  const iv = newIv();
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const encrypted = cipher.update(text, 'utf8');
  // A stream cipher leaves nothing for the end.
  cipher.final();
  const bytes = IV_BYTES + encrypted.length + TAG_BYTES;
  const box = bytes > assembled.length ? Buffer.allocUnsafe(bytes) : assembled;
  box.set(iv);
  box.set(encrypted, IV_BYTES);
  box.set(cipher.getAuthTag(), IV_BYTES + encrypted.length);
  return box.toString('base64', 0, bytes);
}

/** @throws Error when the box was altered, belongs to another place, or has another key */
export function openBox(key: KeyObject, box: string, context: string): string {
  const bytes = Buffer.from(box, 'base64');
  const end = bytes.length - TAG_BYTES;
  const iv = bytes.subarray(0, IV_BYTES);
  const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(bytes.subarray(end));
  return decipher.update(bytes.subarray(IV_BYTES, end), undefined, 'utf8') + decipher.final('utf8');
}
