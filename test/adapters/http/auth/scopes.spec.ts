import { createApiKey, parseApiKeys } from '../../../../src/application/access/api-keys.js';
import { scopes } from '../../../../src/domain/keys/key-scopes.js';
import { projectFile } from '../../../support/files/project-file.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

interface Operation {
  readonly security: readonly { readonly bearer?: readonly string[] }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const { paths } = JSON.parse(projectFile('docs/openapi.json')) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** Every operation that needs a key, with the scope that its description names. */
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { security, responses }]) => {
    if (security.length !== 1 || security[0]?.bearer === undefined) return [];
    const needed = /lacks the scope `(\w+)`/.exec(responses['403']?.description ?? '')?.[1];
    return [{ path, method, needed }];
  }),
);

const only = new Map(scopes.map((scope) => [scope, createApiKey(`only-${scope}`, [scope])]));
/** May do everything but what this scope opens. */
const allBut = new Map(
  scopes.map((scope) => [
    scope,
    createApiKey(
      `all-but-${scope}`,
      scopes.filter((other) => other !== scope && other !== 'admin'),
    ),
  ]),
);

let waybill: Waybill;

beforeAll(async () => {
  const made = [...only.values(), ...allBut.values()];
  const { keys } = parseApiKeys(made.map(({ configured }) => configured).join(','));
  const publicUrl = 'https://sms.example.com';
  waybill = await startWaybill({ config: { apiKeys: keys, publicUrl } });
});
afterAll(stopWaybills);

/** Asks without parameters, which is refused before anything is done, and reads no stream. */
async function ask(method: string, path: string, key: string) {
  const leaving = new AbortController();
  const address = `${waybill.url}${path.replace(/\{\w+\}/g, '0')}`;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(address, {
    method: method.toUpperCase(),
    headers,
    signal: leaving.signal,
  });
  const { detail } = answer.status === 403 ? ((await answer.json()) as { detail: string }) : {};
  leaving.abort();
  return { status: answer.status, detail };
}

it('is named by each operation that needs a key', () => {
  expect(operations.length).toBeGreaterThan(50);
  for (const { path, method, needed } of operations) {
    expect([method, path, scopes]).toEqual([method, path, expect.arrayContaining([needed])]);
  }
});

it.each(scopes)('opens what the document says, and nothing else: %s', async (scope) => {
  const own = operations.filter(({ needed }) => needed === scope);
  expect(own).not.toEqual([]);
  for (const { path, method } of own) {
    const refused = await ask(method, path, allBut.get(scope)?.key ?? '');
    expect([method, path, refused]).toEqual([
      method,
      path,
      { status: 403, detail: `This needs an API key with the scope ${scope}.` },
    ]);
    const { status } = await ask(method, path, only.get(scope)?.key ?? '');
    expect([method, path, status === 401 || status === 403]).toEqual([method, path, false]);
  }
});
