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
  waybill = await startWaybill({ sandbox: { defaultStory: 'no-receipt' } });
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const permutations = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length < 2
    ? [items]
    : items.flatMap((first, index) =>
        permutations(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
      );

/** Creates a message of ours that Vonage accepted and has not reported about. */
async function silentMessage(): Promise<{ readonly id: string; readonly uuid: string }> {
  const to = `4477${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`;
  waybill.sandbox.tellStory({ to, answer: { kind: 'accepted' } });
  const id = await waybill.send(to);
  const { attempts } = await waybill.until(id, 'sent');
  return { id, uuid: String(attempts[0]?.messageUuid) };
}

describe('reports in every order', () => {
  const words = ['submitted', 'delivered', 'rejected'] as const;
  /** The first final status stands; a contradicting one is shown. Drawn by hand from the table of transitions. */
  const expected = (order: readonly string[]) => ({
    status: order.find((word) => word !== 'submitted'),
    contradicted: true,
  });

  it.each(permutations(words))('%s, %s, %s', async (...order) => {
    const { id, uuid } = await silentMessage();
    for (const status of [...order, ...order]) {
      const more = { message_uuid: uuid, client_ref: `${id}.1`, timestamp: '2026-01-01T00:00:00Z' };
      const error = status === 'rejected' ? { error: { title: '1280' } } : {};
      const answer = await webhooks.post('status', statusBody(status, { ...more, ...error }));
      expect(answer.status).toBe(204);
    }
    expect(await waybill.message(id)).toMatchObject(expected(order));
    // The second round was byte-identical, so it left nothing behind.
    const reports = (await waybill.history(id)).filter((type) => type.startsWith('Status'));
    expect(reports).toHaveLength(words.length);
  });

  it('all at once, twenty times', async () => {
    const { id, uuid } = await silentMessage();
    const bodies = ['submitted', 'delivered', 'read', 'rejected'].map((status) =>
      statusBody(status, { message_uuid: uuid, client_ref: `${id}.1` }),
    );
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => bodies.map((body) => webhooks.post('status', body))).flat(),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const reports = (await waybill.history(id)).filter((type) => type.startsWith('Status'));
    expect(reports).toHaveLength(bodies.length);
    expect((await waybill.message(id)).final).toBe(true);
  });

  it('about an attempt that this ledger never started prove that it was made', async () => {
    const id = await waybill.send(recipient(), {
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    const body = statusBody('delivered', { client_ref: `${id}.1` });
    expect((await webhooks.post('status', body)).status).toBe(204);
    const message = await waybill.message(id);
    expect(message).toMatchObject({
      status: 'delivered',
      attempts: [{ number: 1, startedAt: null }],
    });
    expect(message.explanation).toContain('restored from an older copy');
    expect((await waybill.events(id)).slice(1)).toMatchObject([
      { type: 'AttemptRecovered', effect: { from: 'scheduled', to: 'sent', applied: true } },
      { type: 'StatusReported', metadata: { webhook: {} } },
    ]);
    expect((await waybill.api.post(`/v1/messages/${id}/cancel`)).status).toBe(409);
  });

  it('about a message that was withdrawn are kept and change nothing', async () => {
    const id = await waybill.send(recipient(), {
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    });
    await waybill.api.post(`/v1/messages/${id}/cancel`);
    const body = statusBody('delivered', { client_ref: `${id}.1` });
    expect((await webhooks.post('status', body)).status).toBe(204);
    expect((await waybill.message(id)).status).toBe('cancelled');
    expect((await waybill.events(id)).at(-1)).toMatchObject({
      type: 'StatusRefused',
      effect: { applied: false, reason: 'not-sent' },
    });
  });

  it('about an attempt that failed deliver the message and withdraw the retry', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, story: 'rejected', code: '1000', uses: 1 });
    const id = await waybill.send(to);
    const { attempts } = await waybill.until(id, 'retrying');
    const more = { message_uuid: attempts[0]?.messageUuid, client_ref: `${id}.1` };
    await webhooks.post('status', statusBody('delivered', more));
    expect(await waybill.message(id)).toMatchObject({ status: 'delivered', final: true });
    expect((await waybill.history(id)).slice(-2)).toEqual(['StatusReported', 'RetryWithdrawn']);
  });
});

describe('messages that somebody sends to us', () => {
  const inbound = async (uuid: string) =>
    (await waybill.api.get(`/v1/inbound/${uuid}`)).as<Record<string, unknown>>(200);

  it.each(['v1', 'v0.1'] as const)('are recorded once and can be read: %s', async (shape) => {
    const uuid = randomUUID();
    waybill.sandbox.sendInbound({
      from: '447700900555',
      to: '447700900001',
      text: 'Stop it',
      message_uuid: uuid,
      copies: 3,
      ...(shape === 'v0.1' ? { shape } : {}),
    });
    const message = await eventually(() => inbound(uuid));
    expect(message).toMatchObject({ messageUuid: uuid, from: '447700900555', text: 'Stop it' });
    await eventually(() =>
      waybill.sandbox
        .callbacks()
        .filter(({ message_uuid }) => message_uuid === uuid)
        .every(({ outcome }) => outcome === 'delivered'),
    );
    const all = (await waybill.api.get('/v1/events')).lines as { stream: string }[];
    expect(all.filter(({ stream }) => stream === `inbound-${uuid}`)).toHaveLength(1);
  });

  it('stand in the list', async () => {
    const body = inboundBody();
    await webhooks.post('inbound', body);
    await eventually(async () => {
      const list = await waybill.api.get('/v1/inbound?from=447700900123');
      const { items } = list.as<{ items: { messageUuid: string }[] }>(200);
      return items.some(({ messageUuid }) => messageUuid === body['message_uuid']);
    });
    expect((await waybill.api.get(`/v1/inbound/${randomUUID()}`)).problem.status).toBe(404);
  });
});

it.each(['legacy-receipt', 'not-json'] as const)(
  'keeps callbacks of the story %s in quarantine and loses none',
  async (story) => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, story });
    const id = await waybill.send(to);
    const bodies = await eventually(() => {
      const [message] = waybill.sandbox.messages().filter((one) => one.to === to);
      const told = message?.callbacks.filter(({ outcome }) => outcome === 'delivered') ?? [];
      return told.length === 2 && told.map(({ body }) => body);
    });
    const all = (await waybill.api.get('/v1/events')).lines as {
      type: string;
      metadata: { webhook?: { rawBody: string } };
    }[];
    const kept = all
      .filter(({ type }) => type === 'WebhookQuarantined')
      .map(({ metadata }) => metadata.webhook?.rawBody);
    expect(kept).toEqual(expect.arrayContaining([...new Set(bodies)]));
    expect((await waybill.message(id)).status).toBe('sent');
  },
);
