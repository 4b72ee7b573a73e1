import * as fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import examples from 'libphonenumber-js/mobile/examples';
import minimalMetadata from 'libphonenumber-js/min/metadata';
import { countryOf, maskPhoneNumber, parsePhoneNumber } from '../../src/domain/phone-number.js';

describe('a phone number', () => {
  it.each([
    ['447700900000', '447700900000', 'GB'],
    ['+447700900000', '447700900000', 'GB'],
    [' +44 7700 900-000 ', '447700900000', 'GB'],
    ['+1 (202) 555-0123', '12025550123', 'US'],
    ['+1\u00a0416\u2011555\u20130123', '14165550123', 'CA'],
    ['1.809.555.0123', '18095550123', 'DO'],
    ['+33 6/12 34 56 78', '33612345678', 'FR'],
    ['+7 701 234 5678', '77012345678', 'KZ'],
    ['+39 06 1234 5678', '390612345678', 'IT'],
    ['+44 7624 000000', '447624000000', 'IM'],
    ['+262 639 00 00 00', '262639000000', 'YT'],
    ['+800 1234 5678', '80012345678', null],
    ['+870 773 000 000', '870773000000', null],
  ])('is read from %j', (text, digits, country) => {
    expect(parsePhoneNumber(text)).toEqual({ ok: true, digits, country });
  });

  it.each([
    ['', 'is empty'],
    [' + ', 'is empty'],
    ['00447700900000', 'begins with 00: leave it out'],
    ['+00447700900000', 'begins with 00: leave it out'],
    ['07700900000', 'begins with 0: put the country code'],
    ['+44 (0)7700 900000', 'leave it out'],
    ['61012345678', 'leave it out'],
    ['447700', 'fewer than 7 digits'],
    ['4477009000001234', 'more than 15 digits'],
    ['99999999999', 'begins with no country code'],
    ['4477009000', 'country code 44'],
    ['120255501234', 'country code 1'],
    ['++447700900000', 'only digits'],
    ['44+7700900000', 'only digits'],
    ['four', 'only digits'],
    ['447700900000;447700900001', 'only digits'],
    ['٤٤٧٧٠٠٩٠٠٠٠٠', 'only digits'],
    ['447700900000\u0000', 'only digits'],
  ])('is refused from %j with what to do', (text, reason) => {
    expect(parsePhoneNumber(text)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  it('never throws, and gives only what Vonage takes', () => {
    const characters = fc.constantFrom(...'0123456789+ -()./x\u00a0'.split(''));
    const text = fc.oneof(fc.string(), fc.string({ unit: characters, maxLength: 24 }));
    fc.assert(
      fc.property(text, (typed) => {
        const result = parsePhoneNumber(typed);
        expect(result.ok ? `+${result.digits}` : result.reason).toMatch(
          /^(\+[1-9][0-9]{6,14}|[a-z].*[a-z0-9])$/,
        );
      }),
    );
  });

  it('reads its own digits again as the same number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{6,14}$/), (digits) => {
        const first = parsePhoneNumber(digits);
        fc.pre(first.ok);
        expect(parsePhoneNumber(`+${first.digits}`)).toEqual(first);
      }),
    );
  });
});

describe('the country of a number', () => {
  const shared = Object.entries(minimalMetadata.country_calling_codes).filter(
    ([, countries]) => countries.length > 1,
  );

  const found = (digits: string): string | undefined =>
    parsePhoneNumberFromString(`+${digits}`, minimalMetadata)?.country;

  it('is the one that the library finds, where countries share a calling code', () => {
    // Not all at random: most ranges that countries have are narrow.
    const national = fc.oneof(
      fc.stringMatching(/^[0-9]{4,11}$/),
      fc
        .tuple(fc.constantFrom(...Object.values(examples)), fc.stringMatching(/^[0-9]{0,6}$/))
        .map(([example, end]) => example.slice(0, example.length - end.length) + end),
    );
    fc.assert(
      fc.property(fc.constantFrom(...shared), national, ([callingCode, countries], rest) => {
        const digits = `${callingCode}${rest}`;
        expect(countryOf(digits)).toBe(found(digits) ?? countries[0]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(
    shared.flatMap(([callingCode, countries]) =>
      countries.map((country) => ({ callingCode, country })),
    ),
  )('of an example of $country (+$callingCode) is the one that the library finds', (one) => {
    const digits = `${one.callingCode}${examples[one.country] ?? ''}`;
    expect(countryOf(digits)).toBe(found(digits));
  });

  it('is the one that reading the number gives', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]{6,14}$/), (digits) => {
        const parsed = parsePhoneNumber(digits);
        fc.pre(parsed.ok);
        expect(countryOf(digits)).toBe(parsed.country);
      }),
    );
  });

  it.each([
    ['447700900000', 'GB'],
    ['14165550123', 'CA'],
    ['4915112345678', 'DE'],
    ['88351000000', null],
    ['999', null],
    ['Vonage', null],
    ['', null],
  ])('of %j is %j', (digits, country) => {
    expect(countryOf(digits)).toBe(country);
  });
});

describe('a masked number', () => {
  it.each([
    ['447700900042', '44…42'],
    ['12025550123', '12…23'],
    ['1234567', '12…67'],
    ['123456', '…'],
    ['', '…'],
    ['US.13491208655302741918', 'US…18'],
  ])('shows little of %j', (digits, masked) => {
    expect(maskPhoneNumber(digits)).toBe(masked);
  });
});
