import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { BodyIntake } from '../../../../src/adapters/http/webhooks/body/body-intake.js';
import { eventually } from '../../../support/watching/eventually.js';
import { RawConnection, rawRequest } from '../../../support/processes/raw-connection.js';
import { bytesOf, SignedWebhooks, statusBody } from '../../../support/facts/signed-webhooks.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

const LARGE = 262_000;

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});
afterAll(stopWaybills);

const counted = async (result: string): Promise<number> => {
  const { text } = await waybill.api.get('/metrics');
  const line = new RegExp(
    `^waybill_webhooks_total\\{webhook="status",result="${result}"\\} (\\d+)`,
    'm',
  );
  return Number(line.exec(text)?.[1] ?? 0);
};

/** The head of a webhook, and the given part of its body. */
const webhook = (length: number, body: string | Buffer, authorization?: string): string =>
  rawRequest(
    '/webhooks/status',
    [
      `Content-Length: ${length}`,
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
    ],
    body,
  );

describe('a webhook that nobody signed', () => {
  it('is answered before its body has come, and its connection stays usable', async () => {
    const connection = await RawConnection.open(waybill.url);
    connection.write(webhook(LARGE, 'x'.repeat(1_000)));
    expect(await connection.answers(1)).toEqual([503]);
    connection.write('x'.repeat(LARGE - 1_000));
    connection.write(webhook(2, '{}'));
    expect(await connection.answers(2)).toEqual([503, 503]);
    connection.close();
  });

  it('is answered although it never stops, and its answer is not lost by a reset', async () => {
    const connection = await RawConnection.open(waybill.url);
    connection.write(rawRequest('/webhooks/status', ['Transfer-Encoding: chunked']));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    while (!connection.ended) {
      connection.write(chunk);
      await new Promise(setImmediate);
    }
    expect(connection.statuses).toEqual([503]);
  });

  it.each([
    ['of known length', 'Content-Length: 300000', 'x'.repeat(300_000)],
    ['in chunks', 'Transfer-Encoding: chunked', '3\r\nabc\r\n0\r\n\r\n'],
  ])(
    'is told that its connection closes where its body, %s, may be cut off',
    async (_, header, body) => {
      const connection = await RawConnection.open(waybill.url);
      connection.write(rawRequest('/webhooks/status', [header]));
      await connection.answers(1);
      expect(connection.heard).toMatch(/^Connection: close\r$/m);
      expect(connection.heard).toContain('A signed one is asked for.');
      expect(connection.ended).toBe(false);
      connection.write(body);
      // A connection still in use would answer 400.
      await eventually(() => {
        connection.write('x');
        return connection.ended;
      });
      expect(connection.statuses).toEqual([503]);
    },
  );

  it.each([['Basic x'], ['Bearer x.y.z']])('nor as %s is held in memory', async (authorization) => {
    const connection = await RawConnection.open(waybill.url);
    connection.write(webhook(LARGE, '', authorization));
    expect(await connection.answers(1)).toEqual([401]);
    connection.close();
  });

  it('is counted, and logged once per reason', async () => {
    const other = await startWaybill();
    const connection = await RawConnection.open(other.url);
    for (let times = 0; times < 300; times++) {
      connection.write(webhook(2, '{}'));
      connection.write(webhook(2, '{}', 'Bearer x'));
    }
    await connection.answers(600);
    connection.close();
    const lines = other.log.lines.filter((line) => line.includes('webhook'));
    expect(lines.filter((line) => line.includes('without a signature'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('was rejected'))).toHaveLength(1);
    await other.end();
  });
});

describe('a signed webhook', () => {
  it('is asked for again at once where there is no room for its body', async () => {
    const before = await counted('busy');
    const authorization = `Bearer ${webhooks.token(bytesOf('x'))}`;
    const open = await Promise.all(
      Array.from({ length: 300 }, () => RawConnection.open(waybill.url)),
    );
    for (const connection of open) connection.write(webhook(LARGE, 'x', authorization));
    // 64 MiB hold 256 bodies of that size.
    await eventually(() => open.filter(({ statuses }) => statuses.length > 0).length === 44);
    expect(new Set(open.flatMap(({ statuses }) => statuses))).toEqual(new Set([503]));
    expect(await counted('busy')).toBe(before + 44);
    for (const connection of open) connection.close();
    const report = statusBody('submitted');
    await eventually(async () => (await webhooks.post('status', report)).status === 204);
  });

  it('is asked for again at once where too many are under way', async () => {
    const other = await startWaybill();
    const there = new SignedWebhooks(other.url, other.config);
    const blocker = new DatabaseSync(join(other.directory, 'ledger.sqlite'), { timeout: 30_000 });
    blocker.exec('BEGIN IMMEDIATE');
    const body = bytesOf(statusBody('submitted'));
    const one = webhook(body.length, body, `Bearer ${there.token(body)}`);
    const pipelining = await Promise.all(
      Array.from({ length: 16 }, () => RawConnection.open(other.url)),
    );
    for (const connection of pipelining) connection.write(one.repeat(300));
    await eventually(() => other.log.says('Too many webhooks are under way'));
    blocker.exec('ROLLBACK');
    blocker.close();
    for (const connection of pipelining) await connection.answers(300);
    const statuses = pipelining.flatMap((connection) => connection.statuses);
    expect(new Set(statuses)).toEqual(new Set([204, 503]));
    for (const connection of pipelining) connection.close();
    expect((await there.post('status', statusBody('submitted'))).status).toBe(204);
    await other.end();
  });
});

it('gives up a body that does not come to its end', async () => {
  const intake = new BodyIntake(100, 20);
  const received: unknown[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await intake.read(request);
    received.push(Buffer.isBuffer(body) ? body.toString() : body);
    response.end();
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void receive(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = await Promise.all([1, 2, 3].map(() => RawConnection.open(url)));
  for (const connection of connections) connection.write(webhook(5, 'half'));
  connections[0]?.write('!');
  connections[1]?.close();
  await eventually(() => received.length === 3);
  expect(new Set(received)).toEqual(new Set(['half!', 'unfinished']));
  for (const connection of connections) connection.close();
  server.close();
});
