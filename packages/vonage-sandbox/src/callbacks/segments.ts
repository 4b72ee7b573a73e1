/** The GSM-7 alphabet: its plain characters, and those that need an escape before them. */
const ONE_SEPTET = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const TWO_SEPTETS = new Set('\f^{}\\[~]|€');

/**
 * The number of SMS that a text becomes: 160 septets fit into one and 153 into each of several,
 * or 70 and 67 UTF-16 units when a character is not in the GSM-7 alphabet.
 */
export function segmentCount(text: string, encoding: unknown = 'auto'): number {
  const characters = Array.from(text);
  const fitsGsm7 = characters.every((one) => ONE_SEPTET.has(one) || TWO_SEPTETS.has(one));
  // `text` forces GSM-7 and replaces each character outside it by a question mark.
  return encoding === 'text' || (encoding !== 'unicode' && fitsGsm7)
    ? count(characters, (one) => (TWO_SEPTETS.has(one) ? 2 : 1), 160, 153)
    : count(characters, (one) => one.length, 70, 67);
}

/** A character of two units is never split between segments. */
function count(
  characters: readonly string[],
  widthOf: (character: string) => number,
  single: number,
  joined: number,
): number {
  let total = 0;
  let segments = 1;
  let used = 0;
  for (const character of characters) {
    const width = widthOf(character);
    total += width;
    if (used + width > joined) {
      segments += 1;
      used = 0;
    }
    used += width;
  }
  return total <= single ? 1 : segments;
}
