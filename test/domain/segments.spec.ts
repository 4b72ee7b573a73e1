import * as fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { segmentsOf, SMS_TEXT_CHARACTERS_MAX } from '../../src/domain/segments.js';

const auto = (text: string) => {
  const result = segmentsOf(text, 'auto');
  if (!result.ok) throw new Error(result.reason);
  return [result.segments.encoding, result.segments.count];
};

const a = (count: number) => 'a'.repeat(count);
const cyrillic = (count: number) => 'я'.repeat(count);

describe('the segments of a text', () => {
  it.each([
    ['nothing', '', 'GSM-7', 1],
    ['160 letters', a(160), 'GSM-7', 1],
    ['161 letters', a(161), 'GSM-7', 2],
    ['306 letters', a(306), 'GSM-7', 2],
    ['307 letters', a(307), 'GSM-7', 3],
    ['the longest text', a(SMS_TEXT_CHARACTERS_MAX), 'GSM-7', 21],
    ['158 letters and a euro sign', `${a(158)}€`, 'GSM-7', 1],
    ['159 letters and a euro sign', `${a(159)}€`, 'GSM-7', 2],
    ['a euro sign that does not fit into a segment', `${a(152)}€${a(152)}`, 'GSM-7', 3],
    ['a form feed', '\f', 'GSM-7', 1],
    ['line ends', '\r\n', 'GSM-7', 1],
    ['70 letters of another script', cyrillic(70), 'UCS-2', 1],
    ['71 letters of another script', cyrillic(71), 'UCS-2', 2],
    ['134 letters of another script', cyrillic(134), 'UCS-2', 2],
    ['135 letters of another script', cyrillic(135), 'UCS-2', 3],
    ['an emoji that does not fit into a segment', `${cyrillic(66)}😀${cyrillic(66)}`, 'UCS-2', 3],
    ['a letter under 200 accents', `e${'\u0301'.repeat(200)}`, 'UCS-2', 3],
  ])('of %s', (_name, text, encoding, count) => {
    expect(auto(text)).toEqual([encoding, count]);
  });

  it.each([
    'ç',
    '`',
    '\t',
    '\u00a0',
    '‘',
    '’',
    '“',
    '”',
    '–',
    'Α',
    '😀',
    '\u0000',
    '\ud800',
    '\u001b',
  ])('of %j need UCS-2', (character) => {
    expect(auto(`Hello ${character}`)).toEqual(['UCS-2', 1]);
  });

  it('are counted as UCS-2 when that is forced', () => {
    expect(segmentsOf(a(71), 'unicode')).toEqual({
      ok: true,
      segments: { encoding: 'UCS-2', count: 2 },
    });
    expect(segmentsOf('', 'unicode')).toMatchObject({ segments: { count: 1 } });
  });

  it('are counted as GSM-7 when that is forced and possible', () => {
    expect(segmentsOf(a(161), 'text')).toEqual({
      ok: true,
      segments: { encoding: 'GSM-7', count: 2 },
    });
  });

  it.each([
    ['Ça va, français?', '“ç”'],
    ['“a” – ‘b’ 😀', '““”, “””, “–”, “‘”, “’” and others'],
  ])('are a fault when GSM-7 is forced on %j', (text, named) => {
    expect(segmentsOf(text, 'text')).toEqual({
      ok: false,
      reason: expect.stringContaining(`lacks ${named}: use "auto"`),
    });
  });

  // That library keeps clusters of several code points together, which handsets do not require, so the texts
  // here contain none.
  it('agree with an independent calculator', () => {
    const gsm7 = fc.constantFrom(...'aZ0 @£Δ\n\f^{}\\[~]|€'.split(''));
    const other = fc.constantFrom('я', '中', '😀', 'ç', '`');
    const unit = fc.oneof({ weight: 60, arbitrary: gsm7 }, { weight: 1, arbitrary: other });
    const text = fc.oneof(
      fc.string({ unit: gsm7, maxLength: 480 }),
      fc.string({ unit, maxLength: 330 }),
      fc.string({ unit: other, maxLength: 210 }),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const independent = new SegmentedMessage(typed, 'auto');
        expect(auto(typed)).toEqual([independent.encodingName, independent.segments.length]);
      }),
    );
  });

  it('know the same alphabet as an independent calculator', () => {
    const disagreeing: string[] = [];
    for (let code = 0; code < 0x2200; code++) {
      const character = String.fromCharCode(code);
      if (auto(character)[0] !== new SegmentedMessage(character).encodingName) {
        disagreeing.push(code.toString(16));
      }
    }
    expect(disagreeing).toEqual([]);
  });
});
