import { createHash } from 'node:crypto';

/**
 * Encodes the start of a page as an opaque text. It carries a fingerprint of the question, so that a cursor which was
 * altered, or is used with another filter, is refused instead of giving a wrong page.
 */
export function encodeCursor(key: readonly (string | number)[], question: unknown): string {
  const content = [fingerprintOf(question, key), ...key];
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

const CURSOR_CHARACTERS_MAX = 500;

export const cursorProblem =
  'is not one that was given out for this question: begin again without it';

/** True when a text has the form of a cursor, of any question. */
export const isCursor = (text: string): boolean => contentOf(text) !== undefined;

/** The key inside, or undefined when the text is not a cursor of this question. */
export function decodeCursor(
  cursor: string,
  question: unknown,
): readonly (string | number)[] | undefined {
  const [fingerprint, ...key] = contentOf(cursor) ?? [];
  return fingerprint === fingerprintOf(question, key) ? key : undefined;
}

function contentOf(cursor: string): readonly (string | number)[] | undefined {
  if (cursor.length > CURSOR_CHARACTERS_MAX) return undefined;
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) ? (content as readonly (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}

function fingerprintOf(question: unknown, key: readonly (string | number)[]): string {
  const text = JSON.stringify([question, key]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
