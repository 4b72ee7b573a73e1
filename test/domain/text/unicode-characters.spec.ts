import * as fc from 'fast-check';
import { createRequire } from 'node:module';
import { segmentsOf } from '../../../src/domain/segments.js';
import { lookAlikes } from '../../../src/domain/text/look-alikes.js';
import { unicodeUseOf } from '../../../src/domain/text/unicode-characters.js';

const encodingOf = (text: string) => {
  const result = segmentsOf(text, 'auto');
  if (!result.ok) throw new Error(result.reason);
  return result.segments.encoding;
};

describe('the characters that force Unicode', () => {
  it('are named with where they are, how often, and what to write instead', () => {
    expect(unicodeUseOf('It’s “here” – it’s Zoë’s… ж')).toEqual({
      characters: [
        { character: '’', codePoints: ['U+2019'], count: 3, firstAt: 2, instead: "'" },
        { character: '“', codePoints: ['U+201C'], count: 1, firstAt: 5, instead: '"' },
        { character: '”', codePoints: ['U+201D'], count: 1, firstAt: 10, instead: '"' },
        { character: '–', codePoints: ['U+2013'], count: 1, firstAt: 12, instead: '-' },
        { character: 'ë', codePoints: ['U+00EB'], count: 1, firstAt: 21, instead: null },
        { character: '…', codePoints: ['U+2026'], count: 1, firstAt: 24, instead: '...' },
        { character: 'ж', codePoints: ['U+0436'], count: 1, firstAt: 26, instead: null },
      ],
      more: 0,
      plainText: null,
    });
  });

  it.each([
    ['a non-breaking space', 'a\u00a0b', 'a b'],
    ['an accent of its own', 'cafe\u0301', 'café'],
    ['a full-width letter', 'Ａ１', 'A1'],
    ['a ligature', 'oﬃce', 'office'],
    ['a zero-width space', 'a\u200bb', 'ab'],
    ['a soft hyphen', 'a\u00adb', 'ab'],
    ['a tab', 'a\tb', 'a b'],
    ['a fraction', '⅓', '1/3'],
  ])('%s has a plain form', (_name, text, plain) => {
    expect(unicodeUseOf(text)?.plainText).toBe(plain);
  });

  it('are none in a text of GSM-7', () => {
    expect(unicodeUseOf('Ça? Ångström {1€}\r\n')).toBeUndefined();
    expect(unicodeUseOf('')).toBeUndefined();
  });

  it('are fifty at most, and how many more there are', () => {
    const letters = Array.from({ length: 60 }, (_, index) => String.fromCharCode(0x430 + index));
    const use = unicodeUseOf(letters.join(''));
    expect([use?.characters.length, use?.more]).toEqual([50, 10]);
  });

  it('are found exactly where a text is counted as UCS-2, and a plain text is GSM-7', () => {
    const character = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.constantFrom(...lookAlikes.keys(), 'a', 'é', '\u0301', '€', '\ud800', '\u200d'),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const use = unicodeUseOf(text);
        expect(use === undefined).toBe(encodingOf(text) === 'GSM-7');
        expect(encodingOf(use?.plainText ?? '')).toBe('GSM-7');
        for (const { firstAt, character: found } of use?.characters ?? []) {
          expect(text.startsWith(found, firstAt)).toBe(true);
        }
      }),
    );
  });
});

describe('the table of look-alikes', () => {
  it('has what GSM-7 lacks, and puts GSM-7 in its place', () => {
    for (const [character, plain] of lookAlikes) {
      expect([character, encodingOf(character)]).toEqual([character, 'UCS-2']);
      expect([character, encodingOf(plain)]).toEqual([character, 'GSM-7']);
    }
  });

  it('agrees with the table of sms-segments-calculator, but for white space', () => {
    const { default: theirs } = createRequire(import.meta.url)(
      'sms-segments-calculator/dist/libs/SmartEncodingMap.js',
    ) as { readonly default: Readonly<Record<string, string>> };
    const shared = [...lookAlikes].filter(([one]) => !/\s|\u0085/u.test(one) && one in theirs);
    expect(shared.length).toBeGreaterThan(40);
    for (const [character, plain] of shared) expect(plain).toBe(theirs[character]);
  });
});
