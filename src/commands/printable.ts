const escaped = (character: string): string =>
  `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/**
 * Shows control characters instead of obeying them: texts come from callers and strangers, and a terminal would take
 * some for orders to clear lines or to draw others. Line breaks and tabs stay.
 */
export const printable = (text: string): string => text.replace(/[^\P{Cc}\n\t]/gu, escaped);

/** The same for a text within a line, which must not begin another. */
export const printableInLine = (text: string): string => text.replace(/\p{Cc}/gu, escaped);
