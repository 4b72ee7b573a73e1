import { eventually } from '../support/eventually.js';
import { SignedWebhooks, statusBody } from '../support/signed-webhooks.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const sentTo = (to: string): number =>
  waybill.sandbox.messages().filter((one) => one.to === to).length;

/** A message whose call was cut off before Vonage had taken it. */
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
