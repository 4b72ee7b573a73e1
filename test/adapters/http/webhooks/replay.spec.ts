import { randomUUID } from 'node:crypto';
import type { EventShown } from '../../../support/facts/api.js';
import { quarantineAsEarlier } from '../../../support/worlds/earlier-quarantine.js';
import { inboundBody, SignedWebhooks, statusBody } from '../../../support/facts/signed-webhooks.js';
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

const ledger = async () => (await waybill.api.get('/v1/events')).lines as EventShown[];
const replay = (place: unknown) => waybill.api.post('/v1/received-webhooks/replay', place);

async function kept(kind: 'status' | 'inbound', body: unknown): Promise<EventShown> {
  const before = (await ledger()).length;
  expect((await webhooks.post(kind, body)).status).toBe(204);
  // The service may have recorded something of its own meanwhile.
  const event = (await ledger()).slice(before).find(({ metadata }) => 'webhook' in metadata);
  if (event === undefined) throw new Error('nothing was recorded');
  return event;
}

it.each([
  ['a report', 'status', statusBody('submitted')],
  ['a message that somebody sent', 'inbound', inboundBody()],
] as const)('knows what was recorded: replayed, %s adds nothing', async (_, kind, body) => {
  const { stream, revision } = await kept(kind, body);
  const before = await ledger();
  const answer = (await replay({ stream, revision })).as(200);
  expect(answer).toEqual({ webhook: kind, signature: 'valid', result: 'repeated', reason: null });
  expect(await ledger()).toEqual(before);
});

it('lists a webhook once, where it is kept, although its message has adopted and refused its report', async () => {
  const id = await waybill.send(recipient());
  const { attempts } = await waybill.until(id, 'delivered');
  const uuid = attempts[0]?.messageUuid;
  await eventually(async () => (await waybill.api.get(`/v1/messages/${uuid}`)).status === 200);
  const { stream } = await kept('status', statusBody('rejected', { message_uuid: uuid }));
  expect(stream).toBe(`message-${uuid}`);
  expect((await waybill.message(id)).contradicted).toBe(true);

  type Items = { items: { messageId?: string; messageUuid?: string; status?: string }[] };
  const { items } = (await waybill.api.get('/v1/received-webhooks')).as<Items>(200);
  const rejected = items.filter(
    ({ messageUuid, status }) => messageUuid === uuid && status === 'rejected',
  );
  expect(rejected.map(({ messageId }) => messageId)).toEqual([uuid]);
});

it('says why a webhook is still not understood, and sets it aside once only', async () => {
  const { stream, revision } = await kept('status', statusBody('teleported'));
  const before = await ledger();
  expect((await replay({ stream, revision })).as(200)).toEqual({
    webhook: 'status',
    signature: 'valid',
    result: 'not-understood',
    reason: 'unknown status "teleported"',
  });
  expect(await ledger()).toEqual(before);
});

it('takes the place as the list of what was set aside gives it', async () => {
  const { id } = await kept('status', statusBody('teleported'));
  const listed = await eventually(async () => {
    type Items = { items: { eventId: string; stream: string; revision: string }[] };
    const { items } = (await waybill.api.get('/v1/quarantine')).as<Items>(200);
    return items.find(({ eventId }) => eventId === id);
  });
  const { stream, revision } = listed;
  expect((await replay({ stream, revision })).as(200)).toMatchObject({ result: 'not-understood' });
  for (const odd of ['', 'x', '1.5', ' 1', null, [1], 1.5]) {
    expect((await replay({ stream, revision: odd })).status).toBe(400);
  }
});

it('records nothing when the signature is not valid by the secrets of now, until the old one is back', async () => {
  const own = await startWaybill();
  const post = new SignedWebhooks(own.url, own.config);
  await post.post('status', statusBody('teleported'));
  const lines = async () => (await own.api.get('/v1/events')).lines as EventShown[];
  const { stream, revision } = (await lines()).at(-1) ?? {};
  const again = async (...secrets: string[]): Promise<unknown> => {
    await own.stop();
    Object.assign(own.config.vonage, { signatureSecrets: secrets });
    await own.start();
    const before = (await lines()).length;
    const answer = await own.api.post('/v1/received-webhooks/replay', { stream, revision });
    expect(await lines()).toHaveLength(before);
    return answer.as(200);
  };
  const [old = ''] = own.config.vonage.signatureSecrets;
  expect(await again('a secret that Vonage never had')).toEqual({
    webhook: 'status',
    signature: 'signature',
    result: 'not-verified',
    reason: null,
  });
  expect(await again('the secret from now on', old)).toMatchObject({ signature: 'valid' });
});

it('leaves the verdict on one whose token an earlier version did not keep, and records it', async () => {
  const own = await startWaybill({ started: false });
  const place = await quarantineAsEarlier(own.directory, statusBody('submitted'));
  await own.start();
  const again = async () => (await own.api.post('/v1/received-webhooks/replay', place)).as(200);
  expect(await again()).toEqual({
    webhook: 'status',
    signature: 'not-kept',
    result: 'applied',
    reason: null,
  });
  expect(await again()).toMatchObject({ signature: 'not-kept', result: 'repeated' });
});

it('says that a body was erased with its person', async () => {
  const from = recipient();
  const { stream, revision } = await kept('inbound', inboundBody({ from }));
  const erased = await waybill.api.call('DELETE', `/v1/contacts/${from}/data`, {
    reason: 'Asked for it.',
  });
  expect(erased.status).toBe(200);
  const before = await ledger();
  const answer = await replay({ stream, revision });
  expect(answer.as(410)).toMatchObject({ type: '/problems/webhook-erased' });
  expect(await ledger()).toEqual(before);
});

it('brings back nobody who was erased after a webhook was set aside', async () => {
  const own = await startWaybill();
  const number = recipient();
  const post = new SignedWebhooks(own.url, own.config);
  await post.post('inbound', inboundBody({ from: number }));
  const reason = 'Asked for it.';
  const erased = await own.api.call('DELETE', `/v1/contacts/${number}/data`, { reason });
  expect(erased.status).toBe(200);
  await own.stop();
  const body = inboundBody({ from: number });
  const place = await quarantineAsEarlier(own.directory, body, 'inbound');
  await own.start();
  const answer = await own.api.post('/v1/received-webhooks/replay', place);
  expect(answer.as(410)).toMatchObject({ type: '/problems/webhook-erased' });
  expect((await own.api.get(`/v1/inbound/${String(body['message_uuid'])}`)).status).toBe(404);
});

it('refuses a place at which no webhook is kept, and names each fault of the request', async () => {
  const nowhere = await replay({ stream: `message-${randomUUID()}`, revision: 0 });
  expect(nowhere.as(404)).toMatchObject({ type: '/problems/webhook-not-found' });
  const faulty = (await replay({ stream: '', revision: -1 })).as<{ errors: object[] }>(400);
  expect(faulty.errors).toHaveLength(2);
});
