import * as fc from 'fast-check';
import { parseEmailAddress } from '../../../src/domain/contacts/email-address.js';

it.each([
  ['ann@example.com', 'ann@example.com'],
  [' Ann.Lee+parcels@Example.COM ', 'Ann.Lee+parcels@example.com'],
  ["o'neil@mail.example.co.uk", "o'neil@mail.example.co.uk"],
  ['ann@müller.example', 'ann@xn--mller-kva.example'],
])('reads %j', (text, address) => {
  expect(parseEmailAddress(text)).toEqual({ ok: true, address, country: null });
});

it.each([
  '',
  'ann',
  '@example.com',
  'ann@',
  'ann@localhost',
  'ann@example.com:25',
  'ann@example.com/x',
  'ann@user:word@example.com/',
  'ann@127.0.0.1',
  'ann lee@example.com',
  '.ann@example.com',
  'ann..lee@example.com',
  '"ann lee"@example.com',
  'Ann <ann@example.com>',
  'ann@example.com\r\nBcc: eve@example.com',
  'ann@example.com,eve@example.com',
  'änn@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a.'.repeat(126)}com`,
])('refuses %j', (text) => {
  expect(parseEmailAddress(text)).toEqual({ ok: false, reason: expect.any(String) });
});

it('never throws, reads its own answer again, and lets no space or line through', () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
      const read = parseEmailAddress(text);
      fc.pre(read.ok);
      expect(read.address).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/);
      expect(parseEmailAddress(read.address)).toEqual(read);
    }),
  );
});
