import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const says = async (from: string, text: string): Promise<void> => {
  expect((await webhooks.post('inbound', inboundBody({ from, text }))).status).toBe(204);
};

const sentTo = (to: string): number =>
  waybill.sandbox.requests().filter((one) => one.to === to).length;

const optedOut = { status: 409, type: '/problems/recipient-opted-out' };

it('sends nothing to a person who has said STOP: no send, batch, scheduled message, resend or fallback', async () => {
  const to = recipient();
  const silent = recipient('001');
  const first = await waybill.send(to);
  await waybill.until(first, 'delivered');
  const fallback = [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: silent }];
  const waitsForFallback = await waybill.send(silent, { fallback, confirmWithinSeconds: 1 });
  await eventually(() => sentTo(silent) === 1);
  await waybill.api.post('/v1/sending/hold', { reason: 'Until the person has said STOP.' });
  const waits = await waybill.send(to);
  const scheduled = await waybill.send(to, { sendAt: new Date(Date.now() + 900).toISOString() });
  await eventually(async () => (await waybill.message(waitsForFallback)).status === 'retrying');

  await says(to, 'Stop it, please');
  await says(silent, 'STOP');

  expect((await waybill.trySend({ to })).problem).toMatchObject(optedOut);
  expect((await waybill.trySend({ to, from: 'SHOP', channel: 'sms' })).problem).toMatchObject(
    optedOut,
  );
  const batch = await waybill.api.post('/v1/messages/batch', {
    messages: [
      { to, text: 'One' },
      { to: recipient(), text: 'Two' },
    ],
  });
  expect(batch.as<{ items: { status: number }[] }>(207).items.map(({ status }) => status)).toEqual([
    409, 202,
  ]);
  const resent = await waybill.api.post(`/v1/messages/${first}/resend`, { reason: 'Again.' });
  expect(resent.problem).toMatchObject(optedOut);

  await waybill.api.post('/v1/sending/release', { reason: 'Said.' });
  for (const id of [waits, scheduled, waitsForFallback]) {
    const { explanation } = await waybill.until(id, 'cancelled');
    expect(explanation).toContain('opted out by the word STOP');
    expect((await waybill.history(id)).at(-1)).toBe('MessageCancelled');
  }
  expect([sentTo(to), sentTo(silent)]).toEqual([1, 1]);
});

interface Event {
  readonly type: string;
  readonly recordedAt: string;
  readonly effect: { readonly to: string } | null;
  readonly details: object;
}

it('skips the fallback step to another person who has said STOP, and goes on with the next', async () => {
  const [stopped, other, unreachable] = [recipient(), recipient(), recipient('003')];
  await says(stopped, 'STOP');
  const byWhatsApp = { channel: 'whatsapp', when: 'failure', from: '447700900001' };
  const fallback = [
    { ...byWhatsApp, to: stopped },
    { ...byWhatsApp, to: other },
  ];
  const id = await waybill.send(unreachable, { fallback });

  const { explanation, attempts } = await waybill.until(id, 'delivered');
  expect(attempts).toMatchObject([{ to: unreachable }, { number: 2, to: other }]);
  expect(explanation).toMatch(
    /Step 1 of the fallback plan was skipped: The recipient has opted out by the word STOP/,
  );
  expect([sentTo(stopped), sentTo(other)]).toEqual([0, 1]);
  const types = await waybill.history(id);
  expect(types).toContain('RetryWithdrawn');
  expect(types).not.toContain('MessageCancelled');
});

it('leaves a message unconfirmed whose only step may not be sent, now and as of then', async () => {
  const [stopped, silent] = [recipient(), recipient('001')];
  const fallback = [
    { channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: stopped },
  ];
  await waybill.api.post('/v1/sending/hold', { reason: 'Until its plan has begun.' });
  const id = await waybill.send(silent, { fallback, confirmWithinSeconds: 1 });
  await waybill.api.post('/v1/sending/release', { reason: 'Begun.' });
  await eventually(() => sentTo(silent) === 1);
  await waybill.api.post('/v1/sending/hold', { reason: 'Until the other has said STOP.' });
  await eventually(async () => (await waybill.message(id)).status === 'retrying');
  await says(stopped, 'STOP');
  expect((await waybill.message(id)).explanation).toMatch(
    /Step 1 of the fallback plan is skipped when it is due: The recipient has opted out/,
  );
  await waybill.api.post('/v1/sending/release', { reason: 'Said.' });

  await eventually(async () => (await waybill.history(id)).at(-1) === 'RetryWithdrawn');
  const message = await waybill.message(id);
  expect(message).toMatchObject({ status: 'unconfirmed', final: false, attempts: [{ number: 1 }] });
  expect(message.explanation).toContain('The phone may well have the message');
  expect(message.explanation).toContain('Step 1 of the fallback plan was skipped');
  expect(sentTo(stopped)).toBe(0);
  const { items } = (await waybill.api.get(`/v1/messages/${id}/timeline`)).as<{
    items: readonly Event[];
  }>(200);
  expect(items.at(-1)).toMatchObject({
    effect: { from: 'retrying', to: 'unconfirmed' },
    details: { skipped: { step: 1 }, reason: expect.stringContaining('by the word STOP') },
  });
  const at = encodeURIComponent(items.at(-1)?.recordedAt ?? '');
  const then = await waybill.api.get(`/v1/messages/${id}?at=${at}`);
  expect(then.as<object>(200)).toMatchObject({
    status: 'unconfirmed',
    explanation: expect.stringContaining('Step 1 of the fallback plan was skipped'),
  });
  await eventually(async () => {
    const list = await waybill.api.get(`/v1/messages?status=unconfirmed&to=${silent}`);
    return list.as<{ items: { id: string }[] }>(200).items.some((one) => one.id === id);
  });
});

it('skips the step by a channel that is barred for the person, and bars nobody else from it', async () => {
  const [unreachable, other] = [recipient('003'), recipient()];
  const error = { title: '1050' };
  const whatsapp = { channel: 'whatsapp', to: unreachable, from: '447700900001' };
  await webhooks.post('status', statusBody('rejected', { ...whatsapp, error }));
  const fallback = [unreachable, other].map((to) => ({ ...whatsapp, when: 'failure', to }));
  const id = await waybill.send(unreachable, { fallback });

  const { attempts, explanation } = await waybill.until(id, 'delivered');
  expect(attempts).toMatchObject([
    { channel: 'sms', to: unreachable },
    { channel: 'whatsapp', to: other },
  ]);
  expect(explanation).toContain(
    'Step 1 of the fallback plan was skipped: Vonage or the carrier delivers nothing to the recipient (error 1050',
  );
});

it('says of a scheduled message that it will be withdrawn, while the STOP stands', async () => {
  const to = recipient();
  const id = await waybill.send(to, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  await says(to, 'STOP');
  const { status, explanation } = await waybill.message(id);
  expect(status).toBe('scheduled');
  expect(explanation).toMatch(
    /opted out by the word STOP \(.+\), so it is withdrawn when it is due/,
  );
  await waybill.api.call('DELETE', `/v1/suppressions/${to}`);
  expect((await waybill.message(id)).explanation).not.toContain('opted out');
});

it('answers a repeat of a send from before the STOP as before', async () => {
  const to = recipient();
  const key = { 'idempotency-key': randomUUID() };
  const { body } = await waybill.trySend({ to }, key);
  await says(to, 'STOP');
  const again = await waybill.trySend({ to }, key);
  expect(again.status).toBe(202);
  expect(again.body).toEqual(body);
  expect((await waybill.trySend({ to }, { 'idempotency-key': randomUUID() })).status).toBe(409);
});

it('sends again after START, and counts a repeated STOP once', async () => {
  const to = recipient();
  const ago = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();
  const stop = inboundBody({ from: to, text: 'STOP', timestamp: ago(20) });
  await webhooks.post('inbound', stop);
  await webhooks.post('inbound', inboundBody({ from: to, text: 'Start', timestamp: ago(10) }));
  expect((await webhooks.post('inbound', stop)).status).toBe(204);
  await waybill.until(await waybill.send(to), 'delivered');
});

it('follows the order of the texts although the clock of one is hours ahead', async () => {
  const ahead = new Date(Date.now() + 8 * 3_600_000).toISOString();
  const now = () => new Date(Date.now() + 1000).toISOString();
  const [stays, returns, refused] = [recipient(), recipient(), recipient()];
  const tell = async (from: string, text: string, timestamp: string): Promise<void> => {
    const body = inboundBody({ from, text, timestamp });
    expect((await webhooks.post('inbound', body)).status).toBe(204);
  };

  await tell(stays, 'START', ahead);
  await tell(stays, 'STOP', now());
  expect((await waybill.trySend({ to: stays })).problem).toMatchObject(optedOut);

  const error = { title: '1240' };
  await tell(returns, 'STOP', ahead);
  await webhooks.post('status', statusBody('rejected', { to: refused, timestamp: ahead, error }));
  for (const to of [returns, refused]) {
    expect((await waybill.trySend({ to })).problem).toMatchObject(optedOut);
    await tell(to, 'START', now());
    expect((await waybill.trySend({ to })).status).toBe(202);
  }
});

it('lists nobody for a wish or an error that names nobody', async () => {
  const named = recipient();
  await webhooks.post('inbound', inboundBody({ from: undefined, text: 'STOP' }));
  await webhooks.post('inbound', inboundBody({ from: '', text: 'Please stop' }));
  const error = { title: '1050' };
  await webhooks.post('status', statusBody('rejected', { to: undefined, error }));
  await says(named, 'STOP');

  type Items = { items: { number: string }[] };
  for (const list of ['/v1/suppressions', '/v1/contacts', '/v1/contacts?review=true']) {
    await eventually(async () => {
      const listed = (await waybill.api.get('/v1/suppressions')).as<Items>(200).items;
      return listed.some(({ number }) => number === named);
    });
    const { items } = (await waybill.api.get(list)).as<Items>(200);
    expect(items.map(({ number }) => number)).not.toContain('');
  }
});

it('takes YES for consent only from a person who has said STOP', async () => {
  const [quiet, stopped] = [recipient(), recipient()];
  await waybill.api.call('PUT', `/v1/suppressions/${quiet}`, { reason: 'By phone.' });
  await says(quiet, 'Yes');
  expect((await waybill.trySend({ to: quiet })).status).toBe(409);
  const timestamp = new Date(Date.now() - 10_000).toISOString();
  await webhooks.post('inbound', inboundBody({ from: stopped, text: 'STOP', timestamp }));
  await says(stopped, 'Yes');
  expect((await waybill.trySend({ to: stopped })).status).toBe(202);
});

it('counts the button of a person like their words', async () => {
  const from = recipient();
  const body = inboundBody({
    from,
    channel: 'whatsapp',
    message_type: 'button',
    text: undefined,
    sms: undefined,
    button: { text: 'Unsubscribe', payload: 'x1' },
  });
  expect((await webhooks.post('inbound', body)).status).toBe(204);
  expect((await waybill.trySend({ to: from })).problem).toMatchObject(optedOut);
});

it.each([
  ['1240', 'the delivery error 1240 says'],
  ['1050', 'delivers nothing to the recipient'],
])('stops after the delivery error %s', async (code, sentence) => {
  const to = recipient();
  const error = { title: code, type: `https://developer.vonage.com/api-errors/messages#${code}` };
  expect((await webhooks.post('status', statusBody('rejected', { to, error }))).status).toBe(204);
  const { problem } = await waybill.trySend({ to });
  expect(problem).toMatchObject({ ...optedOut, detail: expect.stringContaining(sentence) });
  const elsewhere = await waybill.trySend({ to, channel: 'whatsapp' });
  expect(elsewhere.status).toBe(code === '1240' ? 409 : 202);
});

it('suppresses and releases a number on request, and previews say so', async () => {
  const to = recipient();
  const put = await waybill.api.call('PUT', `/v1/suppressions/+${to}`, { source: 'operator' });
  expect(put.body).toMatchObject({ number: to, state: 'opted-out', source: 'operator' });
  const preview = await waybill.api.post('/v1/messages/preview', { to, text: 'Hello' });
  expect(preview.body).toMatchObject({
    allowed: false,
    faults: [],
    optedOut: { state: 'opted-out', source: 'operator' },
  });
  const overriding = { to, overrideOptOut: 'A court has ordered it.' };
  expect((await waybill.trySend(overriding)).status).toBe(202);
  const lifted = await waybill.api.call('DELETE', `/v1/suppressions/${to}?reason=By%20letter.`);
  expect(lifted.body).toMatchObject({ state: 'opted-in', reason: 'By letter.' });
  expect((await waybill.trySend({ to })).status).toBe(202);
});

it('suppresses a number for one sender, however that sender is written', async () => {
  const perSender = await startWaybill({ config: { optOutScope: 'sender' } });
  const to = recipient();
  const path = `/v1/suppressions/${to}`;
  const put = await perSender.api.call('PUT', path, { sender: '+44 (0)7700 900001' });
  expect(put.body).toMatchObject({ bySender: [{ sender: '447700900001', state: 'opted-out' }] });
  expect((await perSender.trySend({ to })).problem).toMatchObject(optedOut);
  expect((await perSender.trySend({ to, from: 'SHOP' })).status).toBe(202);
  const unclear = await perSender.api.call('PUT', path, { sender: '07700 900001' });
  expect(unclear.problem.errors?.[0]?.pointer).toBe('/sender');
  await perSender.api.call('DELETE', `${path}?sender=%2B447700900001`);
  expect((await perSender.trySend({ to })).status).toBe(202);
});

it('says opted out where an opt-out of one sender counts for all', async () => {
  const to = recipient();
  const path = `/v1/suppressions/${to}`;
  const put = await waybill.api.call('PUT', path, { sender: 'SHOP', reason: 'By phone.' });
  expect((await waybill.trySend({ to })).problem).toMatchObject(optedOut);
  const bySender = [{ sender: 'SHOP', state: 'opted-out' }];
  const said = { state: 'opted-out', reason: 'By phone.', bySender };
  expect(put.body).toMatchObject(said);
  expect((await waybill.api.get(`/v1/contacts/${to}`)).body).toMatchObject({ consent: said });
  const lifted = await waybill.api.call('DELETE', `${path}?sender=SHOP`);
  expect(lifted.body).toMatchObject({ state: 'unknown', bySender: [{ state: 'opted-in' }] });
  expect((await waybill.trySend({ to })).status).toBe(202);
});

it('stops all senders where a STOP, or an error that means it, does not name the one that it is about', async () => {
  const perSender = await startWaybill({ config: { optOutScope: 'sender' } });
  const hooks = new SignedWebhooks(perSender.url, perSender.config);
  const [stopped, failed, doubted] = [recipient(), recipient(), recipient()];
  await hooks.post('inbound', inboundBody({ from: stopped, to: undefined, text: 'STOP' }));
  const error = { title: '1240' };
  await hooks.post('status', statusBody('rejected', { to: failed, from: '', error }));
  for (const to of [stopped, failed]) {
    expect((await perSender.trySend({ to })).problem).toMatchObject(optedOut);
    expect((await perSender.trySend({ to, from: 'SHOP' })).problem).toMatchObject(optedOut);
  }
  await hooks.post('inbound', inboundBody({ from: doubted, to: '', text: 'Please stop' }));
  const { review } = (await perSender.api.get(`/v1/contacts/${doubted}`)).as<{ review: object }>(
    200,
  );
  expect(review).toMatchObject({ keyword: 'STOP', sender: null });
});
