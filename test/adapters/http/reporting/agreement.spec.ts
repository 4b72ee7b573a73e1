import { randomUUID } from 'node:crypto';
import { SignedWebhooks, statusBody } from '../../../support/facts/signed-webhooks.js';
import { eventually } from '../../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});
afterAll(stopWaybills);

interface Listed {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly country: string | null;
  }[];
}

const listed = async (query: string): Promise<Listed['items']> =>
  (await waybill.api.get(`/v1/messages?${query}`)).as<Listed>(200).items;

it('shows a message of others in its country everywhere, also when its person is erased', async () => {
  const to = recipient();
  const uuid = randomUUID();
  await webhooks.post('status', statusBody('delivered', { message_uuid: uuid, to }));
  await eventually(async () => (await listed(`messageUuid=${uuid}`)).length === 1);
  expect(await waybill.message(uuid)).toMatchObject({ to, country: 'GB' });
  const erased = await waybill.api.call('DELETE', `/v1/contacts/${to}/data`, { reason: 'asked' });
  expect(erased.body).toMatchObject({ messages: 1 });
  await eventually(async () => {
    const [row] = await listed(`messageUuid=${uuid}`);
    return (row as { readonly to?: string } | undefined)?.to === 'erased';
  });
  expect((await listed(`messageUuid=${uuid}`))[0]?.country).toBe('GB');
  expect(await waybill.message(uuid)).toMatchObject({ to: 'erased', country: 'GB' });
});

it('finds a message by the uuid that only a report named, because its call was never answered', async () => {
  const to = recipient();
  const uuid = randomUUID();
  waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
  const id = await waybill.send(to);
  await waybill.until(id, 'unknown');
  const report = statusBody('submitted', { message_uuid: uuid, to, client_ref: `${id}.1` });
  expect((await webhooks.post('status', report)).status).toBe(204);
  expect((await waybill.until(id, 'submitted')).attempts[0]?.messageUuid).toBe(uuid);
  await eventually(async () => (await listed(`messageUuid=${uuid}`))[0]?.id === id);
  expect((await waybill.message(uuid)).id).toBe(id);
  // A later report without our name is about this message too.
  await webhooks.post('status', statusBody('delivered', { message_uuid: uuid, to }));
  await waybill.until(id, 'delivered');
  await eventually(async () => (await listed(`to=${to}`)).length === 1);
});

it('finds by channel and by error code whatever a report named there', async () => {
  const uuid = randomUUID();
  const named = { channel: 'Viber-Service 2', error: { code: 'ERR:42.1', reason: 'no words' } };
  const body = statusBody('rejected', { message_uuid: uuid, to: recipient(), ...named });
  expect((await webhooks.post('status', body)).status).toBe(204);
  const [row] = await eventually(async () => {
    const rows = await listed(`messageUuid=${uuid}`);
    return rows.length === 1 && rows;
  });
  const query = new URLSearchParams({ channel: named.channel, errorCode: named.error.code });
  expect(row).toMatchObject({ channel: 'viber-service 2', errorCode: named.error.code });
  expect((await listed(query.toString())).map(({ id }) => id)).toEqual([uuid]);
});

it('brings a report home that came without our name before one that names a call without an answer', async () => {
  const to = recipient();
  const uuid = randomUUID();
  waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
  const id = await waybill.send(to);
  await waybill.until(id, 'unknown');
  await webhooks.post('status', statusBody('submitted', { message_uuid: uuid, to }));
  await eventually(async () => (await listed(`to=${to}`)).length === 2);
  const named = statusBody('delivered', { message_uuid: uuid, to, client_ref: `${id}.1` });
  expect((await webhooks.post('status', named)).status).toBe(204);
  const { attempts } = await waybill.until(id, 'delivered');
  expect(attempts[0]?.submittedAt).not.toBeNull();
  await eventually(async () => (await listed(`to=${to}`)).length === 1);
});
