/** NUL, which databases do not take, and half a character, which has no bytes in UTF-8. */
const PLAIN_TEXT = /^[^\0\p{Surrogate}]*$/u;

/** Can this be stored, searched and sent everywhere as it is? */
export const isPlainText = (text: string): boolean => PLAIN_TEXT.test(text);

/** What is wrong with other texts, after their name. */
export const NOT_PLAIN_TEXT = 'contains a NUL or half a character, which no text may';
