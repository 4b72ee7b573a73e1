import { createApiKey, parseApiKeys } from '../../../../src/application/access/api-keys.js';
import { RawConnection } from '../../../support/processes/raw-connection.js';
import { eventually } from '../../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../../support/worlds/waybill.js';

const root = createApiKey('root', ['admin']);
/** More than all requests that may be under way. */
const CONNECTIONS = 520;

let waybill: Waybill;
const connections: RawConnection[] = [];

beforeAll(async () => {
  waybill = await startWaybill({ config: { apiKeys: parseApiKeys(root.configured).keys } });
});

afterAll(async () => {
  for (const connection of connections) connection.close();
  await stopWaybills();
});

const signIn = () =>
  fetch(`${waybill.url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: root.key }),
  });

it('of strangers who hold every place keep no person out', async () => {
  const begin = async (): Promise<void> => {
    const connection = await RawConnection.open(waybill.url);
    connection.write(
      'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    connections.push(connection);
  };
  for (let opened = 0; opened < 40; opened++) await begin();
  await eventually(() => connections.some(({ statuses }) => statuses.includes(503)));
  expect((await signIn()).status).toBe(201);
});

it('of strangers who never end keep nobody with a key waiting, and people only for seconds', async () => {
  for (let opened = 0; opened < CONNECTIONS; opened++) {
    const connection = await RawConnection.open(waybill.url);
    connection.write(
      'POST /v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 262144\r\n\r\n{',
    );
    connections.push(connection);
  }
  await eventually(() => connections.some(({ statuses }) => statuses.includes(503)));
  const headers = { authorization: `Bearer ${root.key}`, 'content-type': 'application/json' };
  const sent = await fetch(`${waybill.url}/v1/messages`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ to: recipient(), text: 'x' }),
  });
  expect(sent.status).toBe(202);
  expect((await fetch(`${waybill.url}/v1/messages`, { headers })).status).toBe(200);
  await eventually(async () => (await signIn()).status === 201, { withinMs: 30_000 });
  expect(await (await signIn()).json()).toMatchObject({ state: 'signed-in', name: 'root' });
});
