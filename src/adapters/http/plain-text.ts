/** Excludes NUL, which databases do not take, and lone surrogates, which have no bytes in UTF-8. */
const PLAIN_TEXT = /^[^\0\p{Surrogate}]*$/u;

/** True when a text can be stored, searched and sent everywhere unchanged. */
export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);

/** The fault of other texts; follows the field's name. */
export const NOT_PLAIN_TEXT = 'contains a NUL or half a character, which no text may';
