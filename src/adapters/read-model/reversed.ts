/** Reverses the characters of a text. Twice gives the text again. */
export const reversed = (text: string): string => Array.from(text).toReversed().join('');
