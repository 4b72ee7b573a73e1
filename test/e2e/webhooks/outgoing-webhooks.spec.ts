import { openCheckpoint } from '../../../src/application/proof/notes/checkpoint.js';
import { parseVerifierKeys } from '../../../src/application/proof/notes/signing-keys.js';
import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';

let waybill: Waybill;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  waybill = await startWaybill();
});

afterAll(async () => {
  for (const receiver of receivers) receiver.close();
  await stopWaybills();
});

interface Shown {
  readonly id: string;
  readonly secret: string;
  readonly enabled: boolean;
  readonly disabledBecause: string | null;
}

const ENDPOINTS = '/v1/webhook-endpoints';

async function receiverOf(...events: string[]): Promise<{ receiver: WebhookReceiver; id: string }> {
  const receiver = await WebhookReceiver.start();
  receivers.push(receiver);
  const made = await waybill.api.post(ENDPOINTS, { url: receiver.url, events });
  const { id, secret } = made.as<Shown>(201);
  receiver.secret = secret;
  return { receiver, id };
}

const read = async (id: string): Promise<Shown> =>
  (await waybill.api.get(`${ENDPOINTS}/${id}`)).as<Shown>(200);

const statusesOf = (receiver: WebhookReceiver, id: string): readonly unknown[] =>
  receiver.received
    .filter(({ data }) => data['id'] === id)
    .toSorted((left, right) => Number(left.data['revision']) - Number(right.data['revision']))
    .map(({ data }) => data['status']);

it('posts every change of a status, signed, and in an order that a receiver can tell', async () => {
  const { receiver } = await receiverOf('message.status_changed');
  const id = await waybill.send(recipient(), { reference: 'order-7' });
  // Deliveries run side by side, so the last status may arrive before others.
  await eventually(() => statusesOf(receiver, id).length === 5);
  expect(statusesOf(receiver, id)).toEqual([
    'accepted',
    'sending',
    'sent',
    'submitted',
    'delivered',
  ]);
  const last = receiver.received.find(({ data }) => data['status'] === 'delivered');
  expect(last).toMatchObject({
    type: 'message.status_changed',
    timestamp: expect.stringMatching(/Z$/),
    data: { id, previousStatus: 'submitted', reference: 'order-7', stream: `message-${id}` },
  });
  expect(receiver.forged).toEqual([]);
});

it('posts what people send, and their wishes', async () => {
  const { receiver } = await receiverOf('inbound.received', 'contact.opted_out');
  const from = recipient();
  const body = inboundBody({ from, text: 'Stop' });
  await new SignedWebhooks(waybill.url, waybill.config).post('inbound', body);
  await eventually(() => receiver.received.length >= 2);
  expect(receiver.received.find(({ type }) => type === 'inbound.received')?.data).toMatchObject({
    from,
    text: 'Stop',
  });
  expect(receiver.received.find(({ type }) => type === 'contact.opted_out')?.data).toMatchObject({
    number: from,
    keyword: 'STOP',
  });
});

it('posts contradictions, decisions about outcomes, holds and releases, and wishes to hear again', async () => {
  const events = [
    'message.contradicted',
    'message.resolved',
    'sending.held',
    'sending.released',
    'contact.opted_in',
  ];
  const { receiver } = await receiverOf(...events);
  const denied = await waybill.send('447700980006');
  await eventually(async () => (await waybill.message(denied)).contradicted);
  const [cut, from] = [recipient(), recipient()];
  waybill.sandbox.tellStory({ to: cut, answer: { kind: 'reset' }, uses: 1 });
  const unknown = await waybill.send(cut);
  await waybill.until(unknown, 'unknown');
  const decided = { outcome: 'abandon', reason: 'She called.' };
  expect((await waybill.api.post(`/v1/messages/${unknown}/resolve`, decided)).status).toBe(200);
  for (const step of ['hold', 'release']) {
    const answer = await waybill.api.post(`/v1/sending/${step}`, { reason: 'A test.' });
    expect(answer.status).toBe(200);
  }
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  for (const text of ['Stop', 'Start']) {
    await webhooks.post('inbound', inboundBody({ from, text }));
  }

  await eventually(() => new Set(receiver.received.map(({ type }) => type)).size === events.length);
  const told = (type: string) => receiver.received.find((one) => one.type === type)?.data;
  expect(told('message.contradicted')).toMatchObject({ id: denied, status: 'delivered' });
  expect(told('message.resolved')).toMatchObject({ id: unknown, ...decided });
  expect(told('sending.held')).toMatchObject({ reason: 'A test.' });
  expect(told('sending.released')).toMatchObject({ stream: 'sending-main' });
  expect(told('contact.opted_in')).toMatchObject({ number: from });
  expect(receiver.forged).toEqual([]);
});

it('posts what follows a change of the asked events at once, and replays by them', async () => {
  const { receiver, id } = await receiverOf('message.contradicted');
  const ask = (...events: string[]) => waybill.api.call('PATCH', `${ENDPOINTS}/${id}`, { events });
  const types = () => receiver.received.map(({ type }) => type);
  // The endpoint is known as it was made.
  const denied = await waybill.send('447700980006');
  await eventually(() => receiver.received.some(({ data }) => data['id'] === denied));
  const since = new Date().toISOString();

  await ask('sending.held');
  await waybill.api.post('/v1/sending/hold', { reason: 'At once.' });
  await eventually(() => types().includes('sending.held'));
  await waybill.api.post('/v1/sending/release', { reason: 'At once.' });
  await ask('sending.released');
  expect((await waybill.api.post(`${ENDPOINTS}/${id}/replay`, { since })).status).toBe(202);
  await eventually(() => types().includes('sending.released'));
  expect(types().filter((type) => type === 'sending.held')).toHaveLength(1);
});

it('tries again what was not taken, with the same id, while another endpoint is not delayed', async () => {
  const { receiver: hanging } = await receiverOf('message.status_changed');
  hanging.answer = () => undefined;
  const { receiver, id } = await receiverOf('message.status_changed');
  const tries = new Map<string, number>();
  receiver.answer = (webhook) => {
    const count = (tries.get(webhook.id) ?? 0) + 1;
    tries.set(webhook.id, count);
    return count === 1 && webhook.data['status'] === 'delivered' ? 500 : 204;
  };
  const message = await waybill.send(recipient());
  await eventually(() => statusesOf(receiver, message).includes('delivered'));
  expect(Math.max(...tries.values())).toBe(2);
  // It is recorded after the receiver has it.
  const repeated = await eventually(async () => {
    const { items } = (await waybill.api.get(`${ENDPOINTS}/${id}/deliveries`)).as<{
      items: { attempts: number; state: string }[];
    }>(200);
    return items.find(({ attempts }) => attempts === 2);
  });
  expect(repeated).toMatchObject({ state: 'delivered' });
  expect(hanging.received).toEqual([]);
  hanging.close();
});

it('ends with 410, and goes on where it stopped once it is enabled', async () => {
  const { receiver, id } = await receiverOf('message.status_changed');
  receiver.answer = () => 410;
  const first = await waybill.send(recipient());
  await eventually(async () => !(await read(id)).enabled);
  expect((await read(id)).disabledBecause).toContain('410');
  await waybill.until(first, 'delivered');
  receiver.answer = () => 204;
  const second = await waybill.send(recipient());
  await waybill.until(second, 'delivered');
  expect(receiver.received).toEqual([]);
  const enabled = await waybill.api.call('PATCH', `${ENDPOINTS}/${id}`, { enabled: true });
  expect(enabled.as<Shown>(200).enabled).toBe(true);
  await eventually(() => statusesOf(receiver, second).includes('delivered'));
});

it('delivers what was recorded while the service was down, and again on demand', async () => {
  const { receiver, id } = await receiverOf('message.status_changed');
  receiver.answer = () => 503;
  const since = new Date().toISOString();
  const message = await waybill.send(recipient());
  await waybill.until(message, 'delivered');
  await waybill.stop();
  receiver.answer = () => 204;
  await waybill.start();
  await eventually(() => statusesOf(receiver, message).length >= 5);
  const before = receiver.received.length;
  const ids = receiver.ids;
  const replay = await waybill.api.post(`${ENDPOINTS}/${id}/replay`, { since });
  expect(replay.status).toBe(202);
  await eventually(() => receiver.received.length >= before + 5);
  expect(receiver.ids).toEqual(ids);
});

it('finds out that a receiver is up again, also while a replay waits for it', async () => {
  const { receiver, id } = await receiverOf('message.status_changed');
  let refused = 0;
  receiver.answer = () => {
    refused += 1;
    return 503;
  };
  const since = new Date().toISOString();
  const messages = await Promise.all(
    [recipient(), recipient(), recipient()].map((to) => waybill.send(to)),
  );
  // A replay covers what is recorded when it begins.
  await Promise.all(messages.map((one) => waybill.until(one, 'delivered')));
  await eventually(() => refused >= 10);
  expect((await waybill.api.post(`${ENDPOINTS}/${id}/replay`, { since })).status).toBe(202);
  receiver.answer = () => 204;
  // What the replay delivers first is not repeated any more, so some may come once only.
  await eventually(() => messages.every((one) => new Set(statusesOf(receiver, one)).size === 5));
});

it('rotates the secret with an overlap, tests and forgets', async () => {
  const { receiver, id } = await receiverOf('sending.held');
  const rotated = (await waybill.api.post(`${ENDPOINTS}/${id}/rotate-secret`)).as<Shown>(200);
  expect(rotated.secret).not.toBe(receiver.secret);
  for (const secret of [receiver.secret, rotated.secret]) {
    receiver.secret = secret;
    const test = await waybill.api.post(`${ENDPOINTS}/${id}/test`);
    expect(test.body).toEqual({ delivered: true, httpStatus: 204, error: null });
  }
  expect((await read(id)) as object).not.toHaveProperty('secret');
  expect((await waybill.api.call('DELETE', `${ENDPOINTS}/${id}`)).status).toBe(204);
  expect((await waybill.api.get(`${ENDPOINTS}/${id}`)).problem.type).toBe(
    '/problems/endpoint-not-found',
  );
});

it('refuses an address and an event that cannot be', async () => {
  const wrong = { url: 'ftp://example.com', events: ['message.lost'] };
  expect((await waybill.api.post(ENDPOINTS, wrong)).problem.status).toBe(400);
  const address = { url: 'ftp://example.com', events: ['sending.held'] };
  expect((await waybill.api.post(ENDPOINTS, address)).problem.errors).toEqual([
    { pointer: '/url', detail: 'url must begin with https://' },
  ]);
});

it('posts checkpoints of the transparency log, which a stranger can verify', async () => {
  const { receiver } = await receiverOf('log.checkpoint');
  const shared = await eventually(() => receiver.received[0]);
  expect(shared).toMatchObject({
    type: 'log.checkpoint',
    data: { size: expect.any(Number), stream: 'checkpoints-main' },
  });
  const { checkpoint, keys, size, origin } = shared.data as Readonly<Record<string, string>>;
  const opened = openCheckpoint(checkpoint ?? '', parseVerifierKeys(keys ?? ''));
  expect([opened.origin, opened.size]).toEqual([origin, size]);
  // Its own event is no reason for another one.
  expect(receiver.received).toHaveLength(1);
});
