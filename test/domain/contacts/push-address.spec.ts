import * as fc from 'fast-check';
import { parsePushAddress, pushServiceOf } from '../../../src/domain/contacts/push-address.js';

const keys = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
const endpoint = 'https://push.example/send/abc';
const canonical = JSON.stringify({ endpoint, keys });

it('reads a subscription as browsers and libraries write it, and a token', () => {
  const found = { ok: true, address: canonical, country: null };
  const padded = { p256dh: `${keys.p256dh}=`, auth: `${keys.auth}==` };
  expect(parsePushAddress(canonical)).toEqual(found);
  expect(
    parsePushAddress(JSON.stringify({ keys: padded, expirationTime: null, endpoint })),
  ).toEqual(found);
  expect(pushServiceOf(canonical)).toBe('web-push');
  const token = 'cX:APA91bE_exampleToken-0123456789';
  expect(parsePushAddress(` ${token} `)).toEqual({ ok: true, address: token, country: null });
  expect(pushServiceOf(token)).toBe('fcm');
});

it.each([
  '',
  'short',
  'a token with spaces in between',
  '{',
  '[]',
  '{}',
  JSON.stringify({ endpoint }),
  JSON.stringify({ endpoint, keys: 5 }),
  JSON.stringify({ endpoint, keys: { ...keys, auth: 7 } }),
  JSON.stringify({ endpoint, keys: { ...keys, p256dh: 'B'.repeat(86) } }),
  JSON.stringify({ endpoint: 'file:///etc/passwd', keys }),
  JSON.stringify({ endpoint: `https://push.example/${'x'.repeat(2_000)}`, keys }),
])('refuses %j', (text) => {
  expect(parsePushAddress(text)).toEqual({ ok: false, reason: expect.any(String) });
});

it('never throws, and reads its own answer again', () => {
  const key = (length: number): fc.Arbitrary<string> =>
    fc.stringMatching(new RegExp(`^[A-Za-z0-9_-]{${length}}={0,2}$`));
  const subscription = fc.record({
    endpoint: fc.webUrl({ validSchemes: ['https'] }),
    keys: fc.record({ p256dh: key(87), auth: key(22) }),
  });
  const anything = fc.oneof(
    subscription.map((one) => JSON.stringify(one)),
    fc.stringMatching(/^ {0,2}[A-Za-z0-9:_-]{20,200} {0,2}$/),
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"keys":${json}}`),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const read = parsePushAddress(text);
      fc.pre(read.ok);
      expect(parsePushAddress(read.address)).toEqual(read);
    }),
  );
});
