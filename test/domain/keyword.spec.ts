import * as fc from 'fast-check';
import { keywordOf } from '../../src/domain/keyword.js';

describe('the keyword of a text', () => {
  it.each([
    ['STOP', 'STOP'],
    ['stop', 'STOP'],
    ['Stop!', 'STOP'],
    ['“Stop”', 'STOP'],
    ['\n  stop all', 'STOP'],
    ['stopp', 'STOPP'],
    ['unstop', 'UNSTOP'],
    ['arrêt.', 'ARRÊT'],
    ['arre\u0302t', 'ARRÊT'],
    ['стоп', 'СТОП'],
    ['बंद', 'बंद'],
    ['बंद करो', 'बंद'],
    ['หยุด', 'หยุด'],
    ['قِف', 'قِف'],
    ['⛔️ STOP', 'STOP'],
    ['🛑👨‍👩‍👧 stop', 'STOP'],
    ['\u200bSTOP', 'STOP'],
    ['\ufeff\u202aS\u200bTOP\u202c', 'STOP'],
    ['ＳＴＯＰ', 'STOP'],
    ['𝐒𝐭𝐨𝐩', 'STOP'],
    ['1', '1'],
    ['', null],
    ['   ', null],
    ['👍', null],
    ['⛔️', null],
    ['!?', null],
    ['a'.repeat(100), 'A'.repeat(40)],
    ['𐐨'.repeat(50), '𐐀'.repeat(40)],
    [`${'.'.repeat(150)}stop`, 'STOP'],
  ])('of %j is %j', (text, keyword) => {
    expect(keywordOf(text)).toBe(keyword);
  });

  it('is the same whether a text is composed or not, and with invisible characters anywhere', () => {
    const words = fc.constantFrom('arrêt', 'stöp', 'बंद', 'หยุด', 'ДА', 'θέλω', 'stop');
    const invisible = fc.constantFrom('', '\u200b', '\u2060', '\u202a', '\ufeff', '\u00ad');
    const text = fc
      .tuple(words, fc.constantFrom('NFC', 'NFD'), fc.array(invisible, { maxLength: 12 }))
      .map(([word, form, between]) => ({
        word,
        text: Array.from(word.normalize(form))
          .map((character, index) => `${between[index] ?? ''}${character}`)
          .join(''),
      }));
    fc.assert(
      fc.property(text, ({ word, text: written }) => {
        expect(keywordOf(`⛔️ ${written}!`)).toBe(word.normalize('NFC').toUpperCase());
      }),
    );
  });

  it('is found in any text, and is its own keyword', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const keyword = keywordOf(text);
        expect(keyword === null ? null : keywordOf(keyword)).toBe(keyword);
      }),
      { examples: [['⑴'], ['ΰ'], ['ı²'], [`${'²'.repeat(40)}é`], ['\u{1d42c}top']] },
    );
  });
});
