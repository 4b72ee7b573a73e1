import { eventually } from '../../support/watching/eventually.js';
import { startWaybill, stopWaybills, type Waybill } from '../../support/worlds/waybill.js';

const NUMBER = '447700900123';
const TRACE = '0af7651916cd43dd8448eb211c80319c';

interface Line {
  readonly message: string;
  readonly level: string;
  readonly requestId: string;
  readonly status: number;
  readonly ms: number;
  readonly query?: string;
  readonly traceId?: string;
  readonly actor?: string;
}

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});

afterAll(stopWaybills);

async function lineOf(requestId: string): Promise<Line> {
  return eventually(() => {
    const found = waybill.log.lines.filter((line) => line.includes(requestId));
    expect(found).toHaveLength(1);
    return JSON.parse(found[0] ?? '') as Line;
  });
}

async function ask(path: string, init: RequestInit = {}): Promise<Line> {
  const answer = await fetch(`${waybill.url}${path}`, init);
  await answer.arrayBuffer();
  return lineOf(answer.headers.get('x-request-id') ?? 'no id');
}

it("returns the caller's request id, and logs it with the trace", async () => {
  const headers = {
    'X-Request-Id': 'order-7/step.2',
    traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
  };
  expect(await ask('/v1/sending', { headers })).toMatchObject({
    message: 'GET /v1/sending',
    level: 'info',
    requestId: 'order-7/step.2',
    status: 200,
    traceId: TRACE,
    ms: expect.any(Number),
  });
});

it('gives an id to a request without one, or with one that could forge a line', async () => {
  const headers = { 'X-Request-Id': `${'x'.repeat(50)} {"level":"error"}` };
  expect((await ask('/health/live', { headers })).requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect((await ask('/health/live')).requestId).toMatch(/^[0-9a-f-]{36}$/);
});

it('shows no number of an address, and no value of a query', async () => {
  const before = waybill.log.lines.length;
  const asked = await ask(`/v1/suppressions/${NUMBER}`, { method: 'DELETE' });
  expect(asked.message).toBe('DELETE /v1/suppressions/:number');
  const listed = await ask(`/v1/messages?to=%2B${NUMBER}&status=delivered&${NUMBER}=x`);
  expect(listed).toMatchObject({ message: 'GET /v1/messages', query: 'to status *' });
  expect((await ask(`/v2/texts/${NUMBER}/Hello%20you`)).message).toBe('GET /*/texts/*/*');
  const written = waybill.log.lines.slice(before).join('');
  expect(written).not.toContain(NUMBER);
  expect(written).not.toContain('Hello');
});

it('names the key of a request that its scope or its rate refuses', async () => {
  const made = await fetch(`${waybill.url}/v1/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'till', scopes: ['send'], limits: { requestsPerSecond: 1 } }),
  });
  const { key } = (await made.json()) as { readonly key: string };
  const headers = { authorization: `Bearer ${key}` };
  const refused = new Map<number, string | undefined>();
  await eventually(async () => {
    const { status, actor } = await ask('/v1/messages', { headers });
    refused.set(status, actor);
    return refused.size === 2;
  });
  expect(refused).toEqual(
    new Map([
      [403, 'till'],
      [429, 'till'],
    ]),
  );
});

it('leaves webhooks out by default', async () => {
  const answer = await fetch(`${waybill.url}/webhooks/status`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('x-request-id')).toBeNull();
  await ask('/health/live');
  expect(waybill.log.lines.filter((line) => line.includes('POST /webhooks'))).toEqual([]);
});

it('has a line for each webhook where that is asked for, and none where it is off', async () => {
  const all = await startWaybill({ config: { accessLog: 'all' } });
  const posted = await fetch(`${all.url}/webhooks/status`, { method: 'POST', body: '{}' });
  const id = posted.headers.get('x-request-id') ?? 'no id';
  await eventually(() => {
    const lines = all.log.lines.filter((line) => line.includes(id));
    expect(lines.map((line) => JSON.parse(line) as Line)).toMatchObject([
      { message: 'POST /webhooks/status', status: 503, requestId: id },
    ]);
    return true;
  });
  const off = await startWaybill({ config: { accessLog: 'off' } });
  expect((await fetch(`${off.url}/health/live`)).headers.get('x-request-id')).not.toBeNull();
  await off.stop();
  expect(off.log.lines.filter((line) => line.includes('/health/live'))).toEqual([]);
});
