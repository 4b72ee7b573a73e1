import { isGsm7 } from '../segments.js';
import { lookAlikes } from './look-alikes.js';

/** One character that GSM-7 lacks, wherever it is in the text. */
export interface UnicodeCharacter {
  /** The character with its combining accents. */
  readonly character: string;
  /** For example `U+2019`; several where accents are characters of their own. */
  readonly codePoints: readonly string[];
  readonly count: number;
  /** Index of its first occurrence, in UTF-16 code units. */
  readonly firstAt: number;
  /** The look-alike in GSM-7; empty when the character is invisible; null when there is none. */
  readonly instead: string | null;
}

/** Why a text needs Unicode. */
export interface UnicodeUse {
  /** In the order of the text. */
  readonly characters: readonly UnicodeCharacter[];
  /** The number of further characters. */
  readonly more: number;
  /** The text in GSM-7; null where a character has no look-alike, because one alone forces Unicode. */
  readonly plainText: string | null;
}

const CHARACTERS_NAMED_MAX = 50;
/** Allows more accents than any script puts on a letter. */
const characterWithAccents = /\P{M}\p{M}{0,4}|\p{M}/gsu;
const invisible = /^[\p{Cf}\p{Default_Ignorable_Code_Point}]$/u;

/** Finds the characters that keep a text out of GSM-7; undefined when there are none. */
export function unicodeUseOf(text: string): UnicodeUse | undefined {
  const found = new Map<string, { count: number; firstAt: number; instead: string | null }>();
  const plain: (string | null)[] = [];
  for (const { 0: character, index } of text.matchAll(characterWithAccents)) {
    if (codePointsIn(character).every(isGsm7)) {
      plain.push(character);
      continue;
    }
    const known = found.get(character);
    const instead = known === undefined ? insteadOf(character) : known.instead;
    found.set(character, {
      count: (known?.count ?? 0) + 1,
      firstAt: known?.firstAt ?? index,
      instead,
    });
    plain.push(instead);
  }
  if (found.size === 0) return undefined;
  const named = [...found].slice(0, CHARACTERS_NAMED_MAX);
  return {
    characters: named.map(([character, use]) => ({
      character,
      codePoints: codePointsIn(character).map(codePointOf),
      ...use,
    })),
    more: found.size - named.length,
    plainText: plain.includes(null) ? null : plain.join(''),
  };
}

/** Replaces by the table, else by Unicode's own compatibility form (NFKC), as for full-width letters and ligatures. */
function insteadOf(character: string): string | null {
  if (invisible.test(character)) return '';
  const listed = lookAlikes.get(character);
  if (listed !== undefined) return listed;
  const compatible = codePointsIn(character.normalize('NFKC'))
    .map((one) => lookAlikes.get(one) ?? one)
    .join('');
  return codePointsIn(compatible).every(isGsm7) ? compatible : null;
}

const codePointsIn = (text: string): readonly string[] => Array.from(text);

const codePointOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
