import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { randomUUID } from 'node:crypto';
import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { VERSION } from '../../../src/version.js';
import type { Answer } from '../../support/facts/api.js';
import { sendExamples } from '../../../src/adapters/http/messages/messages.openapi.js';
import { eventually } from '../../support/watching/eventually.js';
import { lintOpenApi } from '../../support/files/openapi-lint.js';
import { projectFile } from '../../support/files/project-file.js';
import { inboundBody, SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<
    Record<
      string,
      {
        description: string;
        content?: Record<string, { schema: object }>;
        headers?: Record<string, unknown>;
      }
    >
  >;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let waybill: Waybill;
let document: Document;
let ajv: Ajv2020;

beforeAll(async () => {
  waybill = await startWaybill();
  document = (await waybill.api.get('/openapi.json')).as<Document>(200);
  ajv = new Ajv2020({ strict: false, allErrors: true });
  (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
  ajv.addSchema(closed({ $id: 'document', components: document.components }));
});

afterAll(stopWaybills);

/** Forbids additional properties in every object with named ones, so that an undocumented field is found. */
function closed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closed) as Value;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, closed(inner) as unknown]);
  const isObjectSchema = 'properties' in value && !('additionalProperties' in value);
  const end = isObjectSchema ? { additionalProperties: false } : {};
  return { ...(Object.fromEntries(entries) as Value), ...end };
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

/** Headers of HTTP, and those that every answer has. */
const COMMON =
  /^(content-(type|length|encoding|security-policy)|date|connection|keep-alive|transfer-encoding|vary|etag|cache-control|referrer-policy|strict-transport-security|x-.+|cross-origin-.+|origin-agent-cluster)$/;

/** Returns the faults of an answer, by the document's schema for its route, status and media type. */
function faultsOf(method: string, path: string, answer: Answer): readonly string[] {
  const described = document.paths[path]?.[method]?.responses[answer.status];
  if (described === undefined) return [`${method} ${path} does not describe ${answer.status}`];
  const told = Object.keys(described.headers ?? {}).map((name) => name.toLowerCase());
  const untold = [...answer.headers.keys()].filter(
    (name) => !COMMON.test(name) && !told.includes(name),
  );
  if (untold.length > 0) return [`${method} ${path} does not describe the header ${untold.join()}`];
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const schema = described.content?.[type]?.schema;
  if (schema === undefined) return [`${method} ${path} ${answer.status} does not describe ${type}`];
  const moved = JSON.parse(
    JSON.stringify(closed(schema)).replaceAll('"#/components', '"document#/components'),
  ) as object;
  const check = ajv.compile(moved);
  const whole = type.startsWith('text/') ? answer.text : answer.body;
  const bodies = type === 'application/x-ndjson' ? answer.lines : [whole];
  return bodies.flatMap((body) =>
    check(body)
      ? []
      : (check.errors ?? []).map((error) => `${error.instancePath} ${error.message}`),
  );
}

it('carries the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(VERSION).toBe(version);
  expect(document.info).toMatchObject({ title: 'Waybill', version });
});

it('is the committed one: `npm run openapi` writes it, with the types of the client', () => {
  expect(document).toEqual(JSON.parse(projectFile('docs/openapi.json')));
});

it('has no fault that a linter knows', async () => {
  expect(await lintOpenApi(document)).toEqual([]);
  const { info: _, ...unnamed } = document;
  expect(await lintOpenApi(unnamed)).not.toEqual([]);
});

it('lists every operation once, under a tag that it explains', () => {
  for (const { path, operation } of operations()) {
    expect([path, operation.tags]).toEqual([path, [expect.any(String)]]);
  }
});

it('names every property of an answer that is always there', () => {
  const missing: string[] = [];
  const look = (value: unknown, where: string): void => {
    if (typeof value !== 'object' || value === null) return;
    if (
      'type' in value &&
      value.type === 'object' &&
      'properties' in value &&
      !('required' in value)
    ) {
      missing.push(where);
    }
    for (const [name, inner] of Object.entries(value)) look(inner, `${where}/${name}`);
  };
  for (const { path, method, operation } of operations()) {
    look(operation.responses, `${method} ${path}`);
  }
  expect(missing).toEqual([]);
});

it('says of those operations that a country is not allowed which answer 403 for it', () => {
  const found = Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ responses }) => responses['403']?.description.includes('country'))
    .map(({ operationId }) => operationId);
  expect(found.toSorted()).toEqual(['resendMessage', 'resolveMessage', 'sendMessage']);
});

it('says of each request with a JSON body how one that is wrong, too large or no JSON is answered', () => {
  const taking = operations().filter(
    ({ operation: { requestBody } }) => requestBody?.content['application/json'] !== undefined,
  );
  expect(taking.length).toBeGreaterThan(10);
  const silent = taking
    .map(({ path, method, operation: { responses } }) => ({
      of: `${method} ${path}`,
      missing: ['400', '413', '415'].filter((status) => !(status in responses)),
    }))
    .filter(({ of, missing }) => missing.length > 0 && !of.startsWith('post /webhooks/'));
  expect(silent).toEqual([]);
});

it('names the headers by which a refusal says what to do, and those of a session', async () => {
  const carried: Readonly<Record<string, string>> = {
    401: 'WWW-Authenticate',
    429: 'Retry-After',
    503: 'Retry-After',
  };
  // Webhooks are answered before everything else, and their 401 asks for no key.
  const silent = operations()
    .filter(({ path }) => !path.startsWith('/webhooks/'))
    .flatMap(({ path, method, operation: { responses } }) =>
      Object.entries(responses)
        .filter(([status, { content = {}, headers = {} }]) => {
          const header = carried[status];
          return 'application/problem+json' in content && header && !(header in headers);
        })
        .map(([status]) => `${method} ${path} ${status}`),
    );
  expect(silent).toEqual([]);
  const { configured, key } = createApiKey('support-desk', ['read']);
  const { keys } = parseApiKeys(configured);
  const { api } = await startWaybill({ config: { apiKeys: keys } });
  const answers = [
    ['post', '/v1/session', 201, 'Set-Cookie', { key }],
    ['delete', '/v1/session', 204, 'Set-Cookie'],
    ['get', '/v1/messages', 401, 'WWW-Authenticate'],
  ] as const;
  for (const [method, path, status, header, body] of answers) {
    const answer = await api.call(method.toUpperCase(), path, body);
    expect([path, answer.status, answer.headers.has(header)]).toEqual([path, status, true]);
    expect(document.paths[path]?.[method]?.responses[status]?.headers).toHaveProperty(header);
  }
});

it('has a request for each of its routes in requests.http', () => {
  const named = (line: string) => line.replace(/\{\{[^}]*\}\}/g, '*').replace(/\?.*/, '');
  const requests = projectFile('requests.http').split('\n').map(named);
  const routes = operations().map(
    ({ method, path }) => `${method.toUpperCase()} *${path.replace(/\{\w+\}/g, '*')}`,
  );
  expect(routes.length).toBeGreaterThan(20);
  const example = named('GET {{waybill}}/problems/message-not-found');
  expect([...requests, ...(requests.includes(example) ? ['GET */problems/*'] : [])]).toEqual(
    expect.arrayContaining(routes),
  );
});

it('gives examples that can be sent as they stand', async () => {
  for (const { value } of Object.values(sendExamples)) {
    expect((await waybill.api.post('/v1/messages', value)).status).toBe(202);
  }
});

it('is an OpenAPI 3.1 document', () => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, method, operation } of operations()) {
    expect(path).toMatch(/^\/[\w./{}-]*$/);
    expect(['get', 'put', 'post', 'delete', 'patch']).toContain(method);
    expect([path, operation.summary ?? '']).toEqual([path, expect.stringMatching(/\w/)]);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    const statuses = Object.keys(operation.responses);
    expect(statuses.length).toBeGreaterThan(0);
    for (const [status, response] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^[1-5]\d\d$/);
      expect(response.description).toMatch(/\w/);
    }
  }
});

it('refers only to schemas that it has, and says what 3.1 says', () => {
  const text = JSON.stringify(document);
  const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
  expect(referred.length).toBeGreaterThan(5);
  for (const [, name = ''] of referred) expect(document.components.schemas).toHaveProperty(name);
  // OpenAPI 3.1 writes null as a type, and an exclusive bound as a number.
  expect(text).not.toMatch(/"nullable":|"exclusiveM\w+":(?:true|false)/);
  for (const schema of Object.values(document.components.schemas)) {
    expect(ajv.validateSchema({ ...schema, components: document.components })).toBe(true);
  }
});

it('describes every route, and every route that it describes is there', async () => {
  const id = randomUUID();
  for (const { path, method } of operations()) {
    const real = path.replaceAll(/\{\w+\}/g, id);
    if (real === '/v1/stream') continue;
    const answer = await waybill.api.call(method.toUpperCase(), real);
    expect([path, answer.text.includes('nothing at this address')]).toEqual([path, false]);
    expect([path, answer.status]).not.toEqual([path, 405]);
  }
  for (const path of ['/webhooks/status', '/webhooks/inbound']) {
    const allow = (await waybill.api.call('PATCH', path)).headers.get('allow');
    expect(allow).toBe(
      Object.keys(document.paths[path] ?? {})
        .join()
        .toUpperCase(),
    );
  }
});

it('misses no route of the design', () => {
  const described = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(described).toEqual(
    expect.arrayContaining([
      'POST /v1/messages',
      'POST /v1/messages/batch',
      'POST /v1/messages/preview',
      'GET /v1/messages/{id}',
      'GET /v1/messages/{id}/events',
      'GET /v1/messages',
      'POST /v1/messages/{id}/cancel',
      'GET /v1/events',
      'GET /v1/reports/delivery',
      'GET /v1/inbound',
      'GET /v1/inbound/{uuid}',
      'GET /v1/stream',
      'POST /v1/keys',
      'GET /v1/keys',
      'DELETE /v1/keys/{name}',
      'GET /',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'POST /webhooks/status',
      'POST /webhooks/inbound',
    ]),
  );
});

describe('what is answered is what is described', () => {
  let faults: string[];

  beforeEach(() => {
    faults = [];
  });

  const check = async (method: string, path: string, status: number, call: Promise<Answer>) => {
    const answer = await call;
    if (answer.status !== status) faults.push(`${method} ${path}: ${answer.status} ${answer.text}`);
    faults.push(...faultsOf(method, path, answer));
    return answer;
  };

  it('about one message, whatever became of it', async () => {
    const { api } = waybill;
    const send = (more: object) =>
      check('post', '/v1/messages', 202, api.post('/v1/messages', { text: 'x', ...more }, wait));
    const wait = { prefer: 'wait=5' };
    for (const story of ['000', '003', '011', '402', '022', '101', '030']) {
      const answer = await send({ to: recipient(story), reference: 'r', ttlSeconds: 600 });
      const { id } = answer.body as { id: string };
      await check('get', '/v1/messages/{id}', 200, api.get(`/v1/messages/${id}`));
      await check('get', '/v1/messages/{id}/events', 200, api.get(`/v1/messages/${id}/events`));
    }
    const external = statusBody('delivered');
    await new SignedWebhooks(waybill.url, waybill.config).post('status', external);
    const path = `/v1/messages/${String(external['message_uuid'])}`;
    await check('get', '/v1/messages/{id}', 200, api.get(path));
    const later = { sendAt: new Date(Date.now() + 3_600_000).toISOString() };
    const { id } = (await send({ to: recipient(), ...later })).body as { id: string };
    const cancel = `/v1/messages/${id}/cancel`;
    await check('post', '/v1/messages/{id}/cancel', 200, api.post(cancel));
    await check('get', '/v1/events', 200, api.get('/v1/events'));
    expect(faults).toEqual([]);
  });

  it('about many messages, and about the service', async () => {
    const { api } = waybill;
    const messages = [{ to: recipient(), text: 'x' }, { to: '1' }];
    const batch = api.post('/v1/messages/batch', { messages });
    await check('post', '/v1/messages/batch', 207, batch);
    for (const body of [{ to: recipient(), text: 'It’s “here” 😀' }, { to: 1 }, null]) {
      await check('post', '/v1/messages/preview', 200, api.post('/v1/messages/preview', body));
    }
    for (const path of [
      '/',
      '/health/live',
      '/health/ready',
      '/v1/messages',
      '/v1/reports/delivery',
      '/v1/reports/confidence',
      '/v1/inbound',
      '/v1/quarantine',
      '/v1/parked-events',
      '/v1/sending',
    ]) {
      await check('get', path, 200, api.get(path));
    }
    const wish = { name: 'shop', scopes: ['read'], limits: { requestsPerSecond: 5 } };
    await check('post', '/v1/keys', 201, api.post('/v1/keys', wish));
    await check('post', '/v1/keys', 409, api.post('/v1/keys', wish));
    await check('get', '/v1/keys', 200, api.get('/v1/keys?limit=1'));
    for (const [name, status] of [['shop', 200] as const, ['nobody', 404] as const]) {
      const call = api.call('DELETE', `/v1/keys/${name}`);
      await check('delete', '/v1/keys/{name}', status, call);
    }
    const retry = '/v1/parked-events/retry';
    await check('post', retry, 200, api.post(retry));
    for (const step of ['hold', 'release']) {
      const path = `/v1/sending/${step}`;
      await check('post', path, 200, api.post(path, { reason: 'An example.' }));
    }
    const release = '/v1/sending/release';
    await check('post', release, 409, api.post(release, { reason: 'An example.' }));
    await check('get', '/problems/{code}', 200, api.get('/problems/store-unavailable'));
    await check('get', '/problems/{code}', 404, api.get('/problems/unheard-of'));
    for (const path of ['/v1/messages', '/v1/inbound', '/v1/reports/delivery']) {
      for (const accept of ['text/csv', 'application/json']) {
        await check('get', path, 200, api.get(path, { accept }));
      }
    }
    expect(faults).toEqual([]);
  });

  it('about people', async () => {
    const { api } = waybill;
    const number = recipient();
    await check('post', '/v1/messages', 202, api.post('/v1/messages', { to: number, text: 'x' }));
    const body = inboundBody({ from: number, text: 'Does it stop?' });
    await new SignedWebhooks(waybill.url, waybill.config).post('inbound', body);
    const review = '/v1/contacts/{number}/review';
    const decision = { outcome: 'none', reason: 'It is about rain.' };
    for (const status of [200, 409]) {
      const call = api.post(`/v1/contacts/${number}/review`, decision);
      await check('post', review, status, call);
    }
    const suppression = `/v1/suppressions/${number}`;
    await check('put', '/v1/suppressions/{number}', 200, api.call('PUT', suppression));
    await eventually(async () => {
      const { items } = (await api.get('/v1/suppressions')).as<{ items: object[] }>(200);
      const { text } = await api.get(`/v1/contacts/${number}`);
      return items.length > 0 && text.includes('outbound') && text.includes('inbound');
    });
    for (const path of ['/v1/contacts', '/v1/contacts?review=true', '/v1/suppressions']) {
      await check('get', path.split('?')[0] ?? '', 200, api.get(path));
    }
    await check('get', '/v1/contacts/{number}', 200, api.get(`/v1/contacts/${number}`));
    await check('delete', '/v1/suppressions/{number}', 200, api.call('DELETE', suppression));
    expect(faults).toEqual([]);
  });

  it('about faults', async () => {
    const { api } = waybill;
    const id = randomUUID();
    await check('post', '/v1/messages', 400, api.post('/v1/messages', {}));
    const text = { 'content-type': 'text/plain' };
    await check('post', '/v1/messages', 415, api.post('/v1/messages', 'x', text));
    await check('get', '/v1/messages/{id}', 404, api.get(`/v1/messages/${id}`));
    await check('get', '/v1/events', 400, api.get('/v1/events?after=x&limit=0'));
    await check('get', '/v1/messages', 400, api.get('/v1/messages?status=gone'));
    for (const path of ['/v1/sending/hold', '/v1/sending/release']) {
      await check('post', path, 400, api.post(path, {}));
      await check('post', path, 415, api.post(path, 'x', text));
    }
    for (const path of ['/v1/sending', '/v1/parked-events']) {
      await check('get', path, 400, api.get(`${path}?unknown=1`));
    }
    await check('get', '/v1/inbound/{uuid}', 400, api.get('/v1/inbound/x?unknown=1'));
    const message = { to: recipient(), text: 'x' };
    const key = { 'idempotency-key': 'of an erased message' };
    await check('post', '/v1/messages', 202, api.post('/v1/messages', message, key));
    const data = `/v1/contacts/${message.to}/data`;
    await check(
      'delete',
      '/v1/contacts/{number}/data',
      200,
      api.call('DELETE', data, { reason: 'Asked for it.' }),
    );
    await check('post', '/v1/messages', 410, api.post('/v1/messages', message, key));
    await check('post', '/webhooks/status', 503, api.post('/webhooks/status', {}));
    const forged = { authorization: 'Bearer x' };
    await check('post', '/webhooks/status', 401, api.post('/webhooks/status', {}, forged));
    expect(faults).toEqual([]);
  });
});
