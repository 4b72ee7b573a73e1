import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { faultsOf } from './schemas.js';
import {
  credentials,
  ORDINARY_NUMBER,
  startSetting,
  stopSettings,
  type Setting,
} from './setting.js';
import { bearer, call, claimsIn, goodClaims, send, smsTo, token } from './wire.js';

let setting: Setting;

beforeAll(async () => {
  setting = await startSetting();
});

afterAll(stopSettings);

const now = () => Math.floor(Date.now() / 1_000);
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const otherKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const tampered = () => {
  const [header = '', , signature = ''] = bearer().split('.');
  const payload = Buffer.from(JSON.stringify(goodClaims())).toString('base64url');
  return `${header}.${payload}.${signature}`;
};
const hs256 = (secret: string) => {
  const signer = (signed: Buffer) => createHmac('sha256', secret).update(signed).digest();
  return `Bearer ${token({ alg: 'HS256', typ: 'JWT' }, goodClaims(), signer)}`;
};
const otherAlgorithm = () => {
  const signer = (signed: Buffer) => sign('RSA-SHA256', signed, credentials.privateKey);
  return `Bearer ${token({ alg: 'RS512', typ: 'JWT' }, goodClaims(), signer)}`;
};
const unsigned = () => `Bearer ${token({ alg: 'none' }, goodClaims(), () => Buffer.of())}`;

it.each<[string, () => string]>([
  ['a fresh RS256 token of the application', () => bearer()],
  ['a token that lives for 24 hours', () => bearer({ exp: now() + 24 * 60 * 60 })],
  ['a scheme in other letters', () => bearer().replace('Bearer', 'bearer')],
  [
    'the key and the secret of the account',
    () => basic(`${credentials.apiKey}:${credentials.apiSecret}`),
  ],
])('lets %s in', async (_, authorization) => {
  const answer = await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER), authorization());
  expect(answer.status).toBe(202);
  expect(faultsOf('accepted', answer.body)).toEqual([]);
});

it.each<[string, () => string]>([
  ['nothing', () => ''],
  ['another scheme', () => 'Digest abc'],
  ['a bearer that is no token', () => 'Bearer abc'],
  ['a token with four parts', () => `${bearer()}.x`],
  ['a token signed with another key', () => bearer({}, otherKey())],
  ['a token whose claims were changed', tampered],
  ['an HS256 token', () => hs256('secret')],
  ['an HS256 token whose secret is the public key', () => hs256(credentials.publicKey)],
  ['a token that names another algorithm', otherAlgorithm],
  ['an unsigned token', unsigned],
  ['an expired token', () => bearer({ iat: now() - 100, exp: now() - 1 })],
  ['a token from the future', () => bearer({ iat: now() + 300, exp: now() + 600 })],
  ['a token that lives too long', () => bearer({ exp: now() + 24 * 60 * 60 + 100 })],
  ['a token without an expiry', () => bearer({ exp: undefined })],
  ['a token whose expiry is a word', () => bearer({ exp: 'never' })],
  ['a token without an id', () => bearer({ jti: 7 })],
  ['a wrong secret of the account', () => basic(`${credentials.apiKey}:guess`)],
])('answers 401 to %s', async (_, authorization) => {
  const answer = await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER), authorization());
  expect(answer).toMatchObject({
    status: 401,
    body: {
      type: 'https://developer.vonage.com/api-errors/#unathorized',
      title: 'You did not provide correct credentials.',
    },
  });
  expect(faultsOf('problem', answer.body)).toEqual([]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
});

it('knows a good token of another application, and says so', async () => {
  const authorization = bearer({ application_id: '00000000-0000-4000-8000-000000000000' });
  const answer = await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER), authorization);
  expect(answer).toMatchObject({
    status: 401,
    body: { type: 'https://developer.vonage.com/api-errors/#unprovisioned' },
  });
});

it.each([
  ['POST', '/v1/messages', 'bearer'],
  ['PATCH', '/v1/messages/11111111-1111-4111-8111-111111111111', 'bearer'],
  ['GET', '/v2/reports/records', 'basic'],
  ['GET', '/account/get-balance', 'basic'],
])('answers 401 to %s %s when the credentials were revoked', async (method, path, kind) => {
  const { sandbox } = await startSetting({ acceptsCredentials: false });
  const account = basic(`${credentials.apiKey}:${credentials.apiSecret}`);
  const authorization = kind === 'bearer' ? bearer() : account;
  const body = method === 'GET' ? undefined : smsTo(ORDINARY_NUMBER);
  const answer = await call(`${sandbox.url}${path}`, { method, body, headers: { authorization } });
  expect(answer.status).toBe(401);
});

it('leaves the application out of the callbacks of a message that the account sent', async () => {
  const fresh = await startSetting();
  const authorization = basic(`${credentials.apiKey}:${credentials.apiSecret}`);
  await send(fresh.sandbox.url, smsTo(ORDINARY_NUMBER), authorization);
  const [callback] = await fresh.receiver.first(1);
  const claims = claimsIn(callback?.authorization ?? null);
  expect(claims).toMatchObject({ api_key: credentials.apiKey });
  expect(claims).not.toHaveProperty('application_id');
  const settings = `${fresh.sandbox.url}/account/settings`;
  expect((await call(settings, { headers: { authorization } })).body).toMatchObject({
    'dr-callback-url': `${fresh.receiver.url}${callback?.path}`,
    'mo-callback-url': `${fresh.receiver.url}/webhooks/inbound`,
  });
  await fresh.stop();
});

it.each<[string, string, number]>([
  ['GET', '/v1/messages', 403],
  ['PUT', '/v1/messages', 403],
  ['DELETE', '/v1/messages/11111111-1111-4111-8111-111111111111', 403],
  ['GET', '/v1/messages/ping', 200],
  ['POST', '/v2/messages', 404],
  ['GET', '/', 404],
])('answers %s %s with %i', async (method, path, status) => {
  const answer = await call(`${setting.sandbox.url}${path}`, { method });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});
