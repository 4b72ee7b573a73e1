import * as fc from 'fast-check';
import { parseSender } from '../../../src/domain/contacts/sender.js';

describe('a sender', () => {
  it.each([
    ['447700900001', '447700900001', 'number'],
    ['+44 7700 900001', '447700900001', 'number'],
    ['0044 7700 900001', '447700900001', 'number'],
    ['+44 (0)7700 900001', '447700900001', 'number'],
    ['tel:+447700900001', '447700900001', 'number'],
    ['\u202a+٤٤٧٧٠٠٩٠٠٠٠١\u202c', '447700900001', 'number'],
    ['ＷａｙＢｉｌｌ', 'WayBill', 'alphanumeric'],
    ['60123', '60123', 'number'],
    ['Waybill', 'Waybill', 'alphanumeric'],
    [' My-Shop.24 ', 'My-Shop.24', 'alphanumeric'],
    ['A1B', 'A1B', 'alphanumeric'],
    ['ElevenChars', 'ElevenChars', 'alphanumeric'],
  ])('is read from %j', (text, sender, kind) => {
    expect(parseSender(text)).toEqual({ ok: true, sender, kind });
  });

  it.each([
    ['', 'a number in digits or a name'],
    ['12', '3 to 15 digits'],
    ['1234567890123456', '3 to 15 digits'],
    ['07700900001', 'begins with 0'],
    ['AB', '3 to 11 characters'],
    ['TwelveLetter', '3 to 11 characters'],
    ['My Shop', 'without spaces'],
    ['Läden', 'letters A to Z'],
    ['💬💬💬', 'a number in digits or a name'],
  ])('is refused from %j with what to do', (text, reason) => {
    expect(parseSender(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  it('never throws, and reads its own answer again', () => {
    const typed = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9]{3,11}$/),
      fc.stringMatching(/^\+?[1-9][0-9 ()-]{2,18}$/),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const first = parseSender(text);
        fc.pre(first.ok);
        expect(parseSender(first.sender)).toEqual(first);
      }),
    );
  });
});
