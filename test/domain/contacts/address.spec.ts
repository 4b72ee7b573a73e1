import {
  countryOfAddress,
  parseRecipient,
  parseSenderAddress,
} from '../../../src/domain/contacts/address.js';

const numberChannels = ['sms', 'mms', 'rcs', 'whatsapp', 'viber_service'];

describe('a recipient', () => {
  it.each(numberChannels)('is a number on %s, as people write it', (channel) => {
    const number = { ok: true, address: '447700900123', country: 'GB' };
    for (const text of ['+44 (0)7700 900123', '0044 7700 900123', '\u202a447700900123\u202c']) {
      expect(parseRecipient(text, channel, null)).toEqual(number);
    }
    expect(parseRecipient('07700 900123', channel, 'GB')).toEqual(number);
  });

  it.each(numberChannels)('is refused on %s with the reason', (channel) => {
    for (const text of ['07700 900123', 'hello', '', '+44 12']) {
      expect(parseRecipient(text, channel, null)).toEqual({
        ok: false,
        reason: expect.stringMatching(/^(begins with 0|may contain|is empty|has fewer)/),
      });
    }
  });

  it.each([
    ['whatsapp', 'GB.48120937465520193847', 'GB.48120937465520193847'],
    ['whatsapp', ' US.13491208655302741918\u200e', 'US.13491208655302741918'],
    ['messenger', '7551234567890123', '7551234567890123'],
    ['messenger', ' page.id-1 ', 'page.id-1'],
  ])('may be an id, of no country, on %s: %j', (channel, text, address) => {
    expect(parseRecipient(text, channel, 'GB')).toEqual({ ok: true, address, country: null });
  });

  it.each([
    ['messenger', '+44 7700 900123', 'not by phone numbers'],
    ['messenger', '07700 900123', 'not by phone numbers'],
    ['messenger', 'a person', 'without spaces'],
    ['messenger', ' ', 'is empty'],
    ['whatsapp', 'gb.4812', 'only digits'],
  ])('is refused where it is no id of %s: %j', (channel, text, reason) => {
    expect(parseRecipient(text, channel, 'GB')).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });
});

describe('a sender', () => {
  it.each([
    ['sms', '+44 7700 900001', '447700900001'],
    ['sms', 'Waybill', 'Waybill'],
    ['mms', '0044 7700 900001', '447700900001'],
    ['whatsapp', '+44 7700 900001', '447700900001'],
    ['whatsapp', '07700 900001', '447700900001'],
    ['viber_service', '+44 7700 900001', '447700900001'],
    ['viber_service', '07700 900001', '447700900001'],
    ['viber_service', '16273', '16273'],
    ['rcs', 'WaybillAgent', 'WaybillAgent'],
    ['rcs', '+44 (0)7700 900001', '447700900001'],
    ['messenger', '2299108845', '2299108845'],
  ])('on %s is read from %j', (channel, text, address) => {
    expect(parseSenderAddress(text, channel, 'GB')).toEqual({ ok: true, address, country: null });
  });

  it.each([
    ['whatsapp', 'Waybill', 'only digits'],
    ['whatsapp', '07700 900001', 'begins with 0'],
    ['viber_service', '07700 900001', 'begins with 0'],
    ['rcs', 'Waybill Agent', 'ids have no spaces'],
    ['rcs', '', 'is empty'],
    ['messenger', '+44 7700 900001', 'not by phone numbers'],
  ])('on %s is refused from %j', (channel, text, reason) => {
    expect(parseSenderAddress(text, channel, null)).toEqual({
      ok: false,
      reason: expect.stringContaining(reason),
    });
  });
});

describe('the country of an address', () => {
  it.each([
    ['447700900123', 'sms', 'GB'],
    ['447700900123', 'whatsapp', 'GB'],
    ['447700900123', 'unknown', 'GB'],
    ['7551234567890123', 'messenger', null],
    ['123@example.com', 'email', null],
    ['123@example.com', 'unknown', null],
    ['GB.48120937465520193847', 'whatsapp', null],
  ])('%j on %s is %j', (address, channel, country) => {
    expect(countryOfAddress(address, channel)).toBe(country);
  });
});
