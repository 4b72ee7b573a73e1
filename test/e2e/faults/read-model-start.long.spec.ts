import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { clientRefOf } from '../../../src/domain/message/client-ref.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { freePort } from '../../../testing/free-port.js';
import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { UnreliableNetwork } from '../../support/doubles/unreliable-network.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const RECOVERY_MS = 60_000;

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop());
afterEach(stopWaybills);

const onPostgres = (url: string): Promise<Waybill> =>
  startWaybill({ config: { readModel: { kind: 'postgres', url } }, started: false });

// Reports must be recorded whatever the state of the lists: a service that is down records none.
it('starts while PostgreSQL is away, records what it can, and goes on by itself once it is there', async () => {
  const { host, pathname, username, password } = new URL(await postgres.newDatabase());
  const port = await freePort();
  const waybill = await onPostgres(
    `postgres://${username}:${password}@127.0.0.1:${port}${pathname}`,
  );
  await waybill.start();
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const id = await waybill.send(recipient());
  const named = { ...statusBody('delivered'), client_ref: clientRefOf(randomUUID(), 1) };
  expect((await waybill.api.get('/health/ready?part=ledger')).as(200)).toMatchObject({
    accepting: true,
    sending: false,
    parts: { readModels: { state: 'failing' }, sending: { state: 'failing' } },
  });
  expect((await webhooks.post('status', named)).status).toBe(204);
  // Only the index could name its owner, so the answer asks for it again.
  expect((await webhooks.post('status', statusBody('delivered'))).status).toBe(503);
  expect((await waybill.message(id)).status).toBe('accepted');

  const network = await UnreliableNetwork.before(host, port);
  await waybill.until(id, 'delivered', RECOVERY_MS);
  await eventually(
    async () => {
      const list = await waybill.api.get('/v1/messages?status=delivered');
      return list.as<{ items: object[] }>(200).items.length >= 1;
    },
    { withinMs: RECOVERY_MS },
  );
  await waybill.end();
  network.close();
});

it(
  'starts while PostgreSQL is silent, and tells callers of lists to come again',
  async () => {
    // A server that is paused, or behind a network that loses packets, takes connections and says nothing.
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(
      0,
      '127.0.0.1',
    );
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const waybill = await onPostgres(`postgres://waybill:waybill@127.0.0.1:${port}/waybill`);
    await waybill.start();
    const id = await waybill.send(recipient());
    expect((await waybill.message(id)).status).toBe('accepted');
    const { type } = (await waybill.api.get('/v1/messages')).as<{ type: string }>(503);
    expect(type).toBe('/problems/projector-unavailable');
    await waybill.end();
    silent.close();
    await waybill.end();
  },
  RECOVERY_MS,
);

it('does not start on a database that it may not use, and keeps the password to itself', async () => {
  const url = new URL(postgres.url);
  url.password = 'wrong-secret';
  const waybill = await onPostgres(url.href);
  const failure = await waybill.start().then(
    () => 'it started',
    (error: unknown) => String(error),
  );
  expect(failure).toContain(
    'The database at DATABASE_URL cannot be used: password authentication failed',
  );
  expect(failure).not.toContain('wrong-secret');
});
