import { randomUUID } from 'node:crypto';
import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import type { Scope } from '../../../src/domain/keys/key-scopes.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const helper = createApiKey('support-desk', ['read', 'send']);
const root = createApiKey('root', ['admin']);

let waybill: Waybill;

beforeAll(async () => {
  const { keys } = parseApiKeys(`${helper.configured},${root.configured}`);
  waybill = await startWaybill({ config: { apiKeys: keys } });
});

afterAll(stopWaybills);

type Headers = Readonly<Record<string, string>>;

/** The headers that a browser adds to a request of the window itself. */
const fromWindow: Headers = { 'sec-fetch-site': 'same-origin' };

const call = (method: string, path: string, headers: Headers = {}, body?: unknown) =>
  fetch(`${waybill.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const withKey = (key: string): Headers => ({ authorization: `Bearer ${key}` });

async function signIn(key: string, headers: Headers = fromWindow): Promise<string> {
  const answer = await call('POST', '/v1/session', headers, { key });
  expect(answer.status).toBe(201);
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const stateOf = async (headers: Headers): Promise<string> =>
  ((await (await call('GET', '/v1/session', headers)).json()) as { state: string }).state;

async function newKey(scopes: readonly Scope[]): Promise<{ name: string; key: string }> {
  const name = `key-${randomUUID()}`;
  const answer = await call('POST', '/v1/keys', withKey(root.key), { name, scopes });
  return { name, key: ((await answer.json()) as { key: string }).key };
}

it('is a cookie that scripts cannot read, that other sites cannot use, and that holds no key', async () => {
  const answer = await call('POST', '/v1/session', fromWindow, { key: helper.key });
  expect(await answer.json()).toMatchObject({
    state: 'signed-in',
    name: 'support-desk',
    scopes: ['send', 'read'],
  });
  const [cookie = ''] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^waybill_session=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(Buffer.from(cookie.split('=')[1] ?? '', 'base64url').toString()).not.toContain(helper.key);
});

it('is for HTTPS alone behind a proxy that ends it', async () => {
  const headers = { ...fromWindow, 'x-forwarded-proto': 'https' };
  const answer = await call('POST', '/v1/session', headers, { key: helper.key });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-waybill_session=.*; Secure/);
});

it.each([
  ['several proxies, of which the outermost ends it', { 'x-forwarded-proto': 'https, http' }],
  ['a proxy that writes it in capitals', { 'x-forwarded-proto': 'HTTPS' }],
  ['a proxy that does not say so, by the page of the browser', {}],
])('is for HTTPS alone behind %s', async (_, said: Headers) => {
  const { host } = new URL(waybill.url);
  const headers = { ...fromWindow, origin: `https://${host}`, ...said };
  const answer = await call('POST', '/v1/session', headers, { key: helper.key });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-waybill_session=.*; Secure/);
});

it('is not the one that another server of the domain has planted', async () => {
  const planted = await signIn(root.key);
  const own = await signIn(helper.key, { ...fromWindow, 'x-forwarded-proto': 'https' });
  expect(own).toMatch(/^__Host-/);
  const both = { ...fromWindow, cookie: `${planted}; ${own}` };
  for (const headers of [both, { ...both, 'x-forwarded-proto': 'https' }]) {
    const answer = await call('GET', '/v1/session', headers);
    expect(await answer.json()).toMatchObject({ name: 'support-desk' });
  }
  const alone = { ...fromWindow, cookie: planted, 'x-forwarded-proto': 'https' };
  expect(await stateOf(alone)).toBe('signed-out');
  expect((await call('GET', '/v1/keys', alone)).status).toBe(401);
});

it('ends under both of its names, so that none comes to life again', async () => {
  const plain = await signIn(helper.key);
  const secure = await signIn(helper.key, { ...fromWindow, 'x-forwarded-proto': 'https' });
  const both = { ...fromWindow, cookie: `${secure}; ${plain}` };
  expect((await call('DELETE', '/v1/session', both)).status).toBe(204);
  expect(await stateOf({ ...fromWindow, cookie: plain })).toBe('signed-out');
  expect(await stateOf({ ...fromWindow, cookie: secure })).toBe('signed-out');
});

it('lets a person do what the key may, and nothing else', async () => {
  const cookie = await signIn(helper.key);
  expect((await call('GET', '/v1/messages', { ...fromWindow, cookie })).status).toBe(200);
  expect((await call('GET', '/v1/events', { ...fromWindow, cookie })).status).toBe(403);
});

it('is refused to the pages of other sites, and to those of the same site', async () => {
  const cookie = await signIn(helper.key);
  const message = { to: recipient(), text: 'x' };
  for (const headers of [
    { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { cookie, 'sec-fetch-site': 'same-site', origin: 'https://sister.example' },
    { cookie, origin: 'https://evil.example' },
    { cookie },
  ]) {
    expect((await call('POST', '/v1/messages', headers, message)).status).toBe(403);
  }
  expect(
    (await call('GET', '/v1/messages', { cookie, 'sec-fetch-site': 'same-site' })).status,
  ).toBe(403);
  const own = { ...fromWindow, origin: waybill.url, cookie };
  expect((await call('POST', '/v1/messages', own, message)).status).toBe(202);
});

it('is for the own page also behind a proxy that writes another name into Host', async () => {
  const behind = { ...fromWindow, origin: 'https://waybill.example.com' };
  const cookie = await signIn(helper.key, behind);
  const message = { to: recipient(), text: 'x' };
  expect((await call('POST', '/v1/messages', { ...behind, cookie }, message)).status).toBe(202);
  expect((await call('DELETE', '/v1/session', { ...behind, cookie })).status).toBe(204);
  expect(await stateOf({ ...fromWindow, cookie })).toBe('signed-out');
});

it('ends when the person signs out, also for whoever copied the cookie', async () => {
  const cookie = await signIn(helper.key);
  const answer = await call('DELETE', '/v1/session', { ...fromWindow, cookie });
  expect([answer.status, answer.headers.getSetCookie()[0]]).toEqual([
    204,
    expect.stringMatching(/^waybill_session=; .*Expires=Thu, 01 Jan 1970/),
  ]);
  expect(await stateOf({ ...fromWindow, cookie })).toBe('signed-out');
  expect((await call('GET', '/v1/messages', { ...fromWindow, cookie })).status).toBe(401);
});

it('ends when its key is revoked', async () => {
  const { name, key } = await newKey(['read']);
  const cookie = await signIn(key);
  expect(await stateOf({ ...fromWindow, cookie })).toBe('signed-in');
  await call('DELETE', `/v1/keys/${name}`, withKey(root.key));
  expect((await call('GET', '/v1/messages', { ...fromWindow, cookie })).status).toBe(401);
});

it('cannot be forged, and a wrong key opens none', async () => {
  const cookie = await signIn(helper.key);
  const [text = '', signature = ''] = cookie.split('=')[1]?.split('.') ?? [];
  const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as object;
  const forged = Buffer.from(JSON.stringify({ ...claims, name: 'root' })).toString('base64url');
  for (const token of [`${forged}.${signature}`, `${text}.`, 'x', `${text}.${'A'.repeat(43)}`]) {
    const headers = { ...fromWindow, cookie: `waybill_session=${token}` };
    expect(await stateOf(headers)).toBe('signed-out');
  }
  expect((await call('POST', '/v1/session', fromWindow, { key: 'wb_no' })).status).toBe(401);
  expect(await stateOf(fromWindow)).toBe('signed-out');
});

it('shows a text to a person who asks for it, and records who did', async () => {
  const cookie = await signIn(helper.key);
  const sent = await call('POST', '/v1/messages', withKey(helper.key), {
    to: recipient(),
    text: 'Your code is 493021',
  });
  const { id } = (await sent.json()) as { readonly id: string };
  const textAt = async (path: string, headers: Headers) =>
    ((await (await call('GET', path, headers)).json()) as { text: string | null }).text;
  const person = { ...fromWindow, cookie };
  const looked = 'A person looked at the text of a message.';
  expect(await textAt(`/v1/messages/${id}`, person)).toBeNull();
  expect(await textAt(`/v1/messages/${id}`, withKey(helper.key))).toBe('Your code is 493021');
  const lines = () => waybill.log.lines.filter((line) => line.includes(looked));
  expect(lines()).toEqual([]);
  expect(await textAt(`/v1/messages/${id}?text=shown`, person)).toBe('Your code is 493021');
  expect(lines().map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 'info', actor: 'support-desk', messageId: id }),
  ]);
});

it('records who took the whole ledger, with all that people wrote', async () => {
  const cookie = await signIn(root.key);
  const looked = () =>
    waybill.log.lines.filter((line) => line.includes('A person looked at the ledger as a whole.'));
  expect((await call('GET', '/v1/events?limit=2', withKey(root.key))).status).toBe(200);
  expect(looked()).toEqual([]);
  expect((await call('GET', '/v1/events?limit=2', { ...fromWindow, cookie })).status).toBe(200);
  expect(looked().map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ level: 'info', actor: 'root', after: null, limit: 2 }),
  ]);
});

it('is not asked for where the service runs without keys', async () => {
  const keyless = await startWaybill();
  const answer = await fetch(`${keyless.url}/v1/session`);
  expect(await answer.json()).toMatchObject({ state: 'open', name: null });
});

it('ends an open stream when its key is revoked or its session is over, and tells it nothing more', async () => {
  const [revoked, left] = [await newKey(['read']), await newKey(['read'])];
  const cookie = await signIn(left.key);
  const streams = await Promise.all([
    call('GET', '/v1/stream', withKey(revoked.key)),
    call('GET', '/v1/stream', { ...fromWindow, cookie }),
  ]);
  expect(streams.map(({ status }) => status)).toEqual([200, 200]);
  await call('DELETE', `/v1/keys/${revoked.name}`, withKey(root.key));
  await call('DELETE', '/v1/session', { ...fromWindow, cookie });
  const sent = { to: recipient(), text: 'Hello' };
  expect((await call('POST', '/v1/messages', withKey(root.key), sent)).status).toBe(202);
  for (const stream of streams) expect(await stream.text()).not.toContain('MessageRequested');
});
