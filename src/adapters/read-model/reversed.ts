/** The characters of a text from the last to the first. Twice gives the text again. */
export const reversed = (text: string): string => Array.from(text).toReversed().join('');
