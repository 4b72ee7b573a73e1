import * as fc from 'fast-check';
import {
  getExampleNumber,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/core';
import examples from 'libphonenumber-js/mobile/examples';
import minimalMetadata from 'libphonenumber-js/min/metadata';
import mobileMetadata from 'libphonenumber-js/mobile/metadata';
import {
  countryOf,
  maskPhoneNumber,
  parsePhoneNumber,
} from '../../../src/domain/contacts/phone-number.js';
import { readSearchedAddress } from '../../../src/domain/contacts/searched-address.js';

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
    ['00447700900000', '447700900000', 'GB'],
    ['+00447700900000', '447700900000', 'GB'],
    ['+44 (0)7700 900000', '447700900000', 'GB'],
    ['+44 07700 900000', '447700900000', 'GB'],
    ['0044 (0) 7700-900000', '447700900000', 'GB'],
    ['+39 (0)6 1234 5678', '390612345678', 'IT'],
    ['+39 (0)347 1234567', '393471234567', 'IT'],
    ['0039 ( 0 ) 347 1234567', '393471234567', 'IT'],
    ['39（0）347 123 4567', '393471234567', 'IT'],
    ['tel:+39(0)347-1234567', '393471234567', 'IT'],
    ['+39 (0)35 1234567', '390351234567', 'IT'],
    ['+39 (0)343 123456', '390343123456', 'IT'],
    ['+39 (0)347 12345', '39034712345', 'IT'],
    ['+378 (0)549 123456', '3780549123456', 'SM'],
    ['+378 (0)66 66 12 12', '37866661212', 'SM'],
    ['+225 (07) 07 12 34 56', '2250707123456', 'CI'],
    ['+34 (0)612 345 678', '34612345678', 'ES'],
    ['tel:+44-7700-900000', '447700900000', 'GB'],
    ['SMS:+447700900000', '447700900000', 'GB'],
    ['\u202a+447700900000\u202c', '447700900000', 'GB'],
    ['\u2068+44 7700 900000\u2069', '447700900000', 'GB'],
    ['\u200e447700900000\u2060\ufeff', '447700900000', 'GB'],
    ['44\u00ad7700\u200b900000', '447700900000', 'GB'],
    ['＋４４ ７７００ ９０００００', '447700900000', 'GB'],
    ['+٤٤٧٧٠٠٩٠٠٠٠٠', '447700900000', 'GB'],
    ['+۴۴۷۷۰۰۹۰۰۰۰۰', '447700900000', 'GB'],
    ['+४४७७००९०००००', '447700900000', 'GB'],
    ['+81 90ー1234ー5678', '819012345678', 'JP'],
    ['+44·7700−900000', '447700900000', 'GB'],
  ])('is read from %j, as people and programs write it', (text, digits, country) => {
    expect(parsePhoneNumber(text)).toEqual({ ok: true, digits, country });
  });

  it.each([
    ['+47 58 12 34 56 78 90', '47581234567890', 'NO'],
    ['+46 719 12 34 56 78 90', '467191234567890', 'SE'],
    ['+32 77 123 456 78', '327712345678', 'BE'],
    ['+33 700 12 34 56 78 90', '337001234567890', 'FR'],
    ['+27 87 123 456 789 01', '278712345678901', 'ZA'],
    ['+91 559 12 34 56 78 90', '915591234567890', 'IN'],
    ['+31 97 012 345 678', '3197012345678', 'NL'],
  ])('of a machine is taken: %j', (text, digits, country) => {
    expect(parsePhoneNumber(text)).toEqual({ ok: true, digits, country });
    expect(countryOf(digits)).toBe(country);
  });

  it.each([
    ['', 'is empty'],
    [' + ', 'is empty'],
    ['\u202a\u202c', 'is empty'],
    ['07700900000', 'begins with 0: put the country code'],
    ['000447700900000', 'has a 0 in place of the country code'],
    ['447700', 'fewer than 7 digits'],
    ['4477009000001234', 'more than 15 digits'],
    ['99999999999', 'begins with no country code'],
    ['4477009000', 'country code 44'],
    ['120255501234', 'country code 1'],
    ['++447700900000', 'only digits'],
    ['44+7700900000', 'only digits'],
    ['four', 'only digits'],
    ['+44 7700 900000 ext. 12', 'no extension'],
    ['tel:+447700900000;ext=12', 'no extension'],
    ['447700900000;447700900001', 'only digits'],
    ['447700900000\u0000', 'only digits'],
  ])('is refused from %j with what to do', (text, reason) => {
    expect(parsePhoneNumber(text)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ['07700 900000', 'GB', '447700900000'],
    ['(0)7700 900000', 'GB', '447700900000'],
    ['٠٧٧٠٠٩٠٠٠٠٠', 'GB', '447700900000'],
    ['tel:07700-900000', 'GB', '447700900000'],
    ['06 12 34 56 78', 'FR', '33612345678'],
    ['0700 12 34 56 78 90', 'FR', '337001234567890'],
    ['077 123 456 78', 'BE', '327712345678'],
    ['06 1234 5678', 'IT', '390612345678'],
    ['(0)6 1234 5678', 'IT', '390612345678'],
    ['(0)347 1234567', 'IT', '393471234567'],
    ['tel:(0)347 1234567', 'IT', '393471234567'],
    ['(0)20 7946 0000', 'GB', '442079460000'],
    ['(202) 555-0123', 'US', '12025550123'],
    ['011 44 7700 900000', 'US', '447700900000'],
    ['8 (916) 123-45-67', 'RU', '79161234567'],
    ['98765 43210', 'IN', '919876543210'],
    ['612 345 678', 'ES', '34612345678'],
    ['447700900000', 'DE', '447700900000'],
    ['447700900000', 'GB', '447700900000'],
    ['+12025550123', 'GB', '12025550123'],
    ['0012025550123', 'GB', '12025550123'],
  ])('of a country is read where that country is the default: %j, %s', (text, country, digits) => {
    expect(parsePhoneNumber(text, country)).toMatchObject({ ok: true, digits });
  });

  it.each([
    ['95967 09573', 'IN', 'could be a number of MM or of IN'],
    ['0612345678', 'ES', 'is no number of the country ES'],
    ['0770', 'GB', 'is no number of the country GB'],
  ])('of a country is refused with the reason: %j, %s', (text, country, reason) => {
    expect(parsePhoneNumber(text, country)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });

  describe('written in any way', () => {
    const countries = Object.keys(examples) as CountryCode[];
    const example = fc.constantFrom(...countries).map((country) => {
      const number = getExampleNumber(country, examples, mobileMetadata);
      if (number === undefined) throw new Error(`${country} has no example`);
      return { country, number };
    });
    const invisible = fc.constantFrom('', '', '', '\u202a', '\u2068', '\u200e', '\u2060', '\ufeff');
    const space = fc.constantFrom('', '', ' ', '-', '.', '\u00a0', '\u2011', '/', '\u3000');
    const zeros = fc.constantFrom(0x30, 0x0660, 0x06f0, 0x0966, 0x0e50, 0xff10);

    /** Inserts space and invisible characters into the number, and writes it in the digits of some script. */
    const decorated = (text: string): fc.Arbitrary<string> =>
      fc
        .tuple(fc.array(fc.tuple(invisible, space), { minLength: 40, maxLength: 40 }), zeros)
        .map(([between, zero]) =>
          Array.from(text)
            .map((character, index) => {
              const written = /[0-9]/.test(character)
                ? String.fromCodePoint(zero + Number(character))
                : character;
              return `${written}${between[index]?.join('') ?? ''}`;
            })
            .join(''),
        );

    it('is the same number when it is international', () => {
      const written = example.chain(({ country, number }) =>
        fc
          .constantFrom(
            number.number,
            number.formatInternational(),
            number.getURI(),
            `00${number.number.slice(1)}`,
          )
          .chain((text) => decorated(text.replace(/^tel:/, '')))
          .map((text) => ({ country, number, text })),
      );
      fc.assert(
        fc.property(written, ({ number, text }) => {
          expect(parsePhoneNumber(text)).toMatchObject({
            ok: true,
            digits: number.number.slice(1),
          });
        }),
        { numRuns: 2_000 },
      );
    });

    it('is the same number when it is national, or is refused as ambiguous', () => {
      const written = example.chain(({ country, number }) =>
        decorated(number.formatNational()).map((text) => ({ country, number, text })),
      );
      fc.assert(
        fc.property(written, ({ country, number, text }) => {
          const result = parsePhoneNumber(text, country);
          const read = result.ok ? result.digits : result.reason;
          const digits = number.number.slice(1);
          expect(read).toMatch(
            new RegExp(`^(${digits}$|could be a number of .* or of ${country}:)`),
          );
        }),
        { numRuns: 2_000 },
      );
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
      { examples: [['59500000000']] },
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
    // Not entirely random: most number ranges of countries are narrow.
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
        expect(countryOf(parsed.digits)).toBe(parsed.country);
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
    ['123@example.com', null],
    ['US.13491208655302741918', null],
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

it('takes no id of sixteen digits for a number whose 0 is left out', () => {
  expect(parsePhoneNumber('9102345678901234')).toMatchObject({ ok: false });
  expect(readSearchedAddress('9102345678901234', null)).toEqual({
    ok: true,
    endsWith: '9102345678901234',
  });
  expect(parsePhoneNumber('91 0 98765 43210')).toMatchObject({ ok: true, digits: '919876543210' });
});

describe('last digits that begin with 0', () => {
  it.each([
    ['0123', null],
    ['0001', null],
    ['000123', null],
    ['0123', 'GB'],
    ['000 123', 'GB'],
  ] as const)('are searched as they are: %j where the country is %j', (text, country) => {
    expect(readSearchedAddress(text, country)).toEqual({
      ok: true,
      endsWith: text.replace(' ', ''),
    });
  });

  it('are no longer than six, because a longer number may be a whole one', () => {
    expect(readSearchedAddress('07700 900123', null)).toEqual({ ok: true, endsWith: '7700900123' });
    expect(readSearchedAddress('0044 12', null)).toEqual({ ok: true, endsWith: '004412' });
    expect(readSearchedAddress('0044 123', null)).toMatchObject({ ok: false });
    expect(readSearchedAddress('012', null)).toMatchObject({ ok: false });
  });
});
