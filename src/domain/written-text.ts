/** Invisible characters: directions, joiners, byte order marks, variation selectors (Unicode 15). */
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Removes invisible characters. Copied numbers and addresses often contain some. */
export const withoutInvisible = (text: string): string => text.replace(invisible, '');

/** True for a text without a visible character. */
export const isBlank = (text: string): boolean => withoutInvisible(text).trim() === '';

const foreignDigits = /(?![0-9])\p{Nd}/gu;

/**
 * Normalizes written text: full-width characters as ASCII (NFKC), digits of every script as 0 to 9, without invisible
 * characters and without space around it.
 */
export const plainForm = (text: string): string =>
  withoutInvisible(text.normalize('NFKC'))
    .replace(foreignDigits, (digit) => String(valueOfDigit(digit)))
    .trim();

/** Unicode keeps the ten digits of a script together, from zero to nine (chapter 4.6). */
function valueOfDigit(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
  return before % 10;
}
