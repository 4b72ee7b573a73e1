import * as fc from 'fast-check';
import { consentKeywords, wishOf } from '../../../src/domain/contacts/consent-keywords.js';

it.each([
  ['STOP', 'stop'],
  ['stop', 'stop'],
  ['⛔️ Stop!', 'stop'],
  ['Stop please', 'stop'],
  ['ＳＴＯＰ', 'stop'],
  ['Arrêt', 'stop'],
  ['ARRET svp', 'stop'],
  ['Arrête', 'stop'],
  ['opt-out', 'stop'],
  ['Opt out now', 'stop'],
  ['OptOut', 'stop'],
  ['unsubscribe me', 'stop'],
  ['stop all', 'stop'],
  ['End.', 'stop'],
  ['"cancel"', 'stop'],
  ['start', 'start'],
  ['UNSTOP please', 'start'],
  ['Yes!', 'yes'],
  ['help?', 'help'],
  ['AIDE', 'help'],
])('%s asks to %s', (text, wish) => {
  expect(wishOf(text)?.wish).toBe(wish);
});

it.each([
  'End of month is fine',
  'Cancel my 3 pm',
  'Please stop texting me',
  'do not quit',
  'Arrête de bouger',
])('%s is left to a person', (text) => {
  expect(wishOf(text)?.wish).toBe('doubtful');
});

it.each([
  '',
  '👍',
  "Yes, I'll come",
  'Start over at 3',
  'Help me',
  'Unstoppable',
  'weekend',
  'Bonjour',
])('%j says nothing about consent', (text) => expect(wishOf(text)).toBeUndefined());

it('reads a keyword whatever its case, accents and symbols around it', () => {
  const keyword = fc.constantFrom(...consentKeywords);
  const symbol = fc.constantFrom(' ', '!', '.', '"', '…', '👎', '\u200b', '\n', '(', '-');
  const symbols = fc.array(symbol, { maxLength: 4 }).map((some) => some.join(''));
  fc.assert(
    fc.property(keyword, symbols, symbols, fc.boolean(), fc.nat(), (one, before, after, up, at) => {
      const index = at % one.words.length;
      const accented = `${one.words.slice(0, index + 1)}\u0301${one.words.slice(index + 1)}`;
      const written = up ? accented : accented.toLowerCase();
      expect(wishOf(`${before}${written}${after}`)).toEqual({
        wish: one.wish,
        keyword: one.words,
      });
    }),
  );
});

it('names a source for every keyword, and no keyword twice', () => {
  expect(new Set(consentKeywords.map(({ words }) => words)).size).toBe(consentKeywords.length);
  expect(consentKeywords.filter(({ source }) => source === '')).toEqual([]);
});
