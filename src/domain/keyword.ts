import { withoutInvisible } from './written-text.js';

const KEYWORD_CHARACTERS_MAX = 40;
/** The most characters before the first word. Bounds the search in a long text of symbols. */
const LEADING_CHARACTERS_MAX = 200;

/** A letter or digit, and then letters and digits with the marks that stand above, below and beside them. */
const firstWord = new RegExp(
  `^[^\\p{L}\\p{N}]{0,${LEADING_CHARACTERS_MAX}}([\\p{L}\\p{N}][\\p{L}\\p{N}\\p{Mn}\\p{Mc}]*)`,
  'u',
);

/**
 * The first word of a text, composed (NFC), in upper case: "⛔️ Stop!" is STOP. Symbols, punctuation and invisible
 * characters are skipped, and full-width letters count as the ASCII ones. Null when there is no word.
 */
export function keywordOf(text: string): string | null {
  const start = text.slice(0, 2 * (LEADING_CHARACTERS_MAX + KEYWORD_CHARACTERS_MAX));
  const word = firstWord.exec(withoutInvisible(start).normalize('NFC'))?.[1];
  if (word === undefined) return null;
  const keyword = firstCharacters(word.toUpperCase());
  const compatible = keyword.normalize('NFKC');
  if (/^[A-Za-z0-9]+$/.test(compatible)) return firstCharacters(compatible.toUpperCase());
  return keyword.normalize('NFC');
}

function firstCharacters(text: string): string {
  return Array.from(text).slice(0, KEYWORD_CHARACTERS_MAX).join('');
}
