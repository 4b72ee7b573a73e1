import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
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

const sentTo = (to: string): number =>
  waybill.sandbox.messages().filter((one) => one.to === to).length;

/** Creates a message whose call was cut off before Vonage had accepted it. */
async function unknownMessage(): Promise<{ id: string; to: string }> {
  const to = recipient();
  waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
  const id = await waybill.send(to);
  await waybill.until(id, 'unknown');
  return { id, to };
}

const resolve = (id: string, outcome: string, headers: Record<string, string> = {}) =>
  waybill.api.post(`/v1/messages/${id}/resolve`, { outcome, reason: 'She called.' }, headers);

describe('an unknown outcome', () => {
  it('is sent again where a person says so, once for each decision', async () => {
    const { id, to } = await unknownMessage();
    const answers = await Promise.all([resolve(id, 'resend'), resolve(id, 'resend')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await waybill.until(id, 'delivered');
    expect((await resolve(id, 'resend')).status).toBe(200);
    const other = await resolve(id, 'abandon');
    expect(other.problem).toMatchObject({ status: 409, type: '/problems/message-not-unknown' });
    expect(sentTo(to)).toBe(1);
    expect(await waybill.history(id)).toEqual([
      'MessageRequested',
      'AttemptStarted',
      'AttemptOutcomeUnknown',
      'OutcomeResolved',
      'RetryScheduled',
      'AttemptStarted',
      'AttemptAccepted',
      'StatusReported',
      'StatusReported',
    ]);
    expect(await waybill.message(id)).toMatchObject({
      resolution: { attempt: 1, outcome: 'resend', reason: 'She called.' },
    });
  });

  it('is decided once under one Idempotency-Key, whatever became of the next attempt', async () => {
    const { id, to } = await unknownMessage();
    waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
    const key = { 'idempotency-key': 'call 17' };
    expect((await resolve(id, 'resend', key)).status).toBe(200);
    await eventually(async () => {
      const { status, attempts } = await waybill.message(id);
      return status === 'unknown' && attempts.length === 2;
    });
    expect((await resolve(id, 'resend', key)).status).toBe(200);
    expect((await waybill.message(id)).status).toBe('unknown');
    expect((await resolve(id, 'abandon', key)).problem.status).toBe(422);
    expect((await resolve(id, 'resend')).status).toBe(200);
    await waybill.until(id, 'delivered');
    expect((await waybill.message(id)).attempts).toHaveLength(3);
  });

  it('that was given up is delivered after all when a report says so', async () => {
    const { id } = await unknownMessage();
    const abandoned = (await resolve(id, 'abandon')).as<Record<string, unknown>>(200);
    expect(abandoned).toMatchObject({ status: 'failed', final: true });
    expect(abandoned['explanation']).toContain('She called');
    const body = statusBody('delivered', { client_ref: `${id}.1` });
    expect((await webhooks.post('status', body)).status).toBe(204);
    expect(await waybill.message(id)).toMatchObject({ status: 'delivered', contradicted: false });
  });

  it('that a person calls delivered is counted apart, until a carrier confirms it', async () => {
    const rows = async () =>
      (await waybill.api.get('/v1/reports/delivery?groupBy=from')).as<{
        rows: readonly { group: { from: string }; messages: number; deliveredShare: number }[];
      }>(200).rows;
    const counted = (expected: Readonly<Record<string, unknown>>) =>
      eventually(async () => {
        const row = (await rows()).find(({ group }) => group.from === '447700900777');
        expect(row).toMatchObject(expected);
        return true;
      });
    const to = recipient();
    waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
    const id = await waybill.send(to, { from: '447700900777' });
    await waybill.until(id, 'unknown');
    await resolve(id, 'delivered');
    expect((await waybill.message(id)).status).toBe('delivered');
    await counted({
      messages: 1,
      byStatus: { delivered: { messages: 1 } },
      deliveredShare: 0,
      deliveredByOperator: 1,
    });
    await webhooks.post('status', statusBody('delivered', { client_ref: `${id}.1` }));
    await counted({ deliveredShare: 1, deliveredByOperator: 0 });
  });

  it('is the only thing that can be resolved, with all faults named', async () => {
    const id = await waybill.send(recipient());
    await waybill.until(id, 'delivered');
    expect((await resolve(id, 'resend')).problem.status).toBe(409);
    const faulty = await waybill.api.post(`/v1/messages/${id}/resolve?x=1`, { outcome: 'maybe' });
    expect(faulty.problem).toMatchObject({ status: 400 });
    expect(faulty.problem.errors).toHaveLength(3);
    const unknown = await resolve('0195f000-0000-7000-8000-00000000dead', 'resend');
    expect(unknown.problem.status).toBe(404);
  });
});

describe('a message that is over', () => {
  const resend = (id: string, headers: Record<string, string> = {}) =>
    waybill.api.post(`/v1/messages/${id}/resend`, { reason: 'Barred by mistake.' }, headers);
  const resentId = async (id: string, headers: Record<string, string> = {}) =>
    (await resend(id, headers)).as<{ id: string }>(202).id;

  async function rejectedMessage(): Promise<{ id: string; to: string }> {
    const to = recipient();
    waybill.sandbox.tellStory({ to, story: 'rejected', code: '1170', uses: 1 });
    const id = await waybill.send(to, { reference: 'order-1', ttlSeconds: 3600 });
    await waybill.until(id, 'rejected');
    return { id, to };
  }

  it('is sent again as a message of its own, and each names the other', async () => {
    const { id, to } = await rejectedMessage();
    const answer = await resend(id);
    const again = answer.as<{ id: string }>(202).id;
    expect(answer.headers.get('location')).toBe(`/v1/messages/${again}`);
    expect(answer.body).toMatchObject({ resendOf: id, status: 'accepted' });
    await waybill.until(again, 'delivered');
    expect(await waybill.message(again)).toMatchObject({
      resendOf: id,
      resentAs: null,
      to,
      text: 'Your parcel is here.',
      reference: 'order-1',
    });
    expect(await waybill.message(id)).toMatchObject({
      status: 'rejected',
      resendOf: null,
      resentAs: again,
    });
    expect((await waybill.events(id)).at(-1)).toMatchObject({
      type: 'MessageResent',
      data: { messageId: again, reason: 'Barred by mistake.' },
    });
  });

  it('is sent again once, however often that is asked for', async () => {
    const { id, to } = await rejectedMessage();
    const ids = await Promise.all(Array.from({ length: 10 }, () => resentId(id)));
    expect(new Set(ids).size).toBe(1);
    await waybill.until(ids[0] ?? '', 'delivered');
    const replayed = await resend(id);
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect(replayed.body).toMatchObject({ id: ids[0] });
    expect(sentTo(to)).toBe(2);
    const links = (await waybill.history(id)).filter((type) => type === 'MessageResent');
    expect(links).toHaveLength(1);
  });

  it('is sent another time under another key', async () => {
    const { id } = await rejectedMessage();
    const one = await resentId(id, { 'idempotency-key': 'one' });
    expect(await resentId(id, { 'idempotency-key': 'one' })).toBe(one);
    const two = await resentId(id, { 'idempotency-key': 'two' });
    expect(two).not.toBe(one);
    expect(await waybill.message(id)).toMatchObject({ resentAs: two });
  });

  it('is not said to be on its way again once its person was erased', async () => {
    const { id, to } = await rejectedMessage();
    const again = await resentId(id);
    await waybill.until(again, 'delivered');
    const erased = await fetch(`${waybill.url}/v1/contacts/${to}/data`, {
      method: 'DELETE',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ reason: 'She asked.' }),
    });
    expect(erased.status).toBe(200);
    const repeated = await resend(id);
    expect(repeated.problem).toMatchObject({ status: 410, type: '/problems/message-erased' });
    expect(repeated.problem.detail).toContain(again);
  });

  it('is the only one that is sent again', async () => {
    const scheduled = await waybill.send(recipient(), {
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect((await resend(scheduled)).problem).toMatchObject({
      status: 409,
      type: '/problems/message-not-resendable',
    });
    const { id } = await unknownMessage();
    expect((await resend(id)).problem.detail).toContain('/resolve');
    const external = statusBody('rejected');
    await webhooks.post('status', external);
    expect((await resend(String(external['message_uuid']))).problem.status).toBe(409);
    expect((await resend('0195f000-0000-7000-8000-00000000dead')).problem.status).toBe(404);
  });
});

it('sends once more what nobody heard of, where the caller prefers a second text to none', async () => {
  const to = recipient();
  waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
  const id = await waybill.send(to, { onUnknown: 'resend', confirmWithinSeconds: 1 });
  await waybill.until(id, 'delivered');
  expect(sentTo(to)).toBe(1);
  expect((await waybill.message(id)).attempts.map(({ status }) => status)).toEqual([
    'unknown',
    'delivered',
  ]);
});

it('does not send once more what a report says was taken, while the second text waits', async () => {
  const to = recipient();
  waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
  const id = await waybill.send(to, { onUnknown: 'resend', confirmWithinSeconds: 1 });
  await waybill.until(id, 'unknown');
  await waybill.api.post('/v1/sending/hold', { reason: 'a look at the account' });
  await waybill.until(id, 'retrying');
  const body = statusBody('submitted', { client_ref: `${id}.1` });
  expect((await webhooks.post('status', body)).status).toBe(204);
  await waybill.api.post('/v1/sending/release', { reason: 'all is well' });
  const other = await waybill.send(recipient());
  await waybill.until(other, 'delivered');
  expect(sentTo(to)).toBe(0);
  expect(await waybill.message(id)).toMatchObject({ status: 'unconfirmed' });
  expect((await waybill.history(id)).slice(3)).toEqual([
    'RetryScheduled',
    'StatusReported',
    'RetryWithdrawn',
    'DeliveryUnconfirmed',
  ]);
});
