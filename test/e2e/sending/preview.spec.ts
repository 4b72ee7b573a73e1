import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import type { Answer } from '../../support/facts/api.js';
import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { Api } from '../../support/facts/api.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill({ config: { defaultCountry: 'GB' } });
});

afterAll(stopWaybills);

const preview = async (body: unknown, on = waybill) =>
  (await on.api.post('/v1/messages/preview', body)).as<Readonly<Record<string, unknown>>>(200);

const storedMessages = async () =>
  (await waybill.api.get('/v1/events')).lines.filter((line) =>
    JSON.stringify(line).includes('MessageRequested'),
  ).length;

describe('a preview', () => {
  it('tells how a message would be read, and records nothing', async () => {
    const before = await storedMessages();
    expect(
      await preview({ to: '07700 900123', text: 'It’s “here”…', ttlSeconds: 600 }),
    ).toMatchObject({
      allowed: true,
      faults: [],
      to: { address: '447700900123', country: 'GB', readAs: 'national' },
      from: '447700900001',
      channel: 'sms',
      segments: { encoding: 'UCS-2', count: 1 },
      unicode: {
        characters: [
          { character: '’', instead: "'" },
          { character: '“', instead: '"' },
          { character: '”', instead: '"' },
          { character: '…', instead: '...' },
        ],
        more: 0,
        replaced: { text: 'It\'s "here"...', segments: { encoding: 'GSM-7', count: 1 } },
      },
      fallback: [],
      sendAt: null,
      expiresAt: expect.stringMatching(/Z$/),
      held: null,
      explanation: expect.stringMatching(/^It would be handed to Vonage at once\. It would expire/),
    });
    expect(await storedMessages()).toBe(before);
  });

  it.each([
    ['+44 7700 900123', 'sms', 'international'],
    ['0044 (0)7700 900123', 'sms', 'international'],
    ['4711', 'messenger', 'id'],
    ['US.1349abc', 'whatsapp', 'id'],
  ])('reads %s of %s as %s', async (to, channel, readAs) => {
    const { to: read } = await preview({ to, text: 'x', channel, from: '447700900001' });
    expect(read).toMatchObject({ readAs });
  });

  it('tells what it can of a message with faults', async () => {
    expect(await preview({ to: '+1', text: 'ж', surprise: true })).toMatchObject({
      allowed: false,
      faults: [{ pointer: '/surprise' }, { pointer: '/to' }],
      to: null,
      segments: { encoding: 'UCS-2', count: 1 },
      unicode: { characters: [{ character: 'ж', instead: null }], replaced: null },
      estimatedCost: null,
      explanation: expect.stringContaining('would not be sent'),
    });
  });

  it('names a fault of the message once, and not in the steps that take it over', async () => {
    const fallback = [
      { channel: 'rcs', when: 'failure', from: 'Shop' },
      { channel: 'sms', when: 'failure', from: 'Shop', to: 'nobody', text: ' ' },
    ];
    const own = [{ pointer: '/fallback/1/text' }, { pointer: '/fallback/1/to' }];
    expect(await preview({ to: 7, text: 7, fallback })).toMatchObject({
      faults: [{ pointer: '/to' }, { pointer: '/text' }, ...own],
    });
    expect(await preview({ to: 'Ann', text: ' ', fallback })).toMatchObject({
      faults: [{ pointer: '/to' }, { pointer: '/text' }, ...own],
    });
  });

  it.each(['sms', 'whatsapp', 'rcs', 'viber_service', 'messenger'])(
    'takes no empty sender or recipient for a step by %s',
    async (channel) => {
      const step = { channel, when: 'failure', from: ' ', to: '' };
      const { faults } = await preview({ to: recipient(), text: 'x', fallback: [step] });
      expect(faults).toMatchObject([
        { pointer: '/fallback/0/from' },
        { pointer: '/fallback/0/to' },
      ]);
      const without = { ...step, from: '' };
      expect(
        (await preview({ to: recipient(), text: 'x', fallback: [without] }))['faults'],
      ).toMatchObject([{ pointer: '/fallback/0/from' }, { pointer: '/fallback/0/to' }]);
    },
  );

  it('asks an encoding of the texts that go out by SMS, and of no other', async () => {
    const to = recipient();
    const chat = { to, text: 'It’s 🎉', channel: 'whatsapp', encoding: 'text' };
    const bySms = (text?: string) => [{ channel: 'sms', when: 'failure', from: 'Shop', text }];
    const plain = await preview({ ...chat, fallback: bySms("It's here") });
    expect(plain).toMatchObject({ allowed: true, faults: [] });
    const same = await preview({ ...chat, fallback: bySms() });
    expect(same).toMatchObject({ faults: [{ pointer: '/fallback/0/text' }] });
  });

  it('names the characters that an encoding refuses', async () => {
    expect(await preview({ to: recipient(), text: 'It’s here', encoding: 'text' })).toMatchObject({
      allowed: false,
      faults: [{ pointer: '/text' }],
      segments: null,
      unicode: { characters: [{ character: '’' }], replaced: { text: "It's here" } },
    });
  });

  it('tells when a message would be sent, and what holds it', async () => {
    const { api } = waybill;
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    expect(await preview({ to: recipient(), text: 'x', sendAt })).toMatchObject({
      sendAt,
      explanation: `It would be handed to Vonage at ${sendAt}.`,
    });
    await api.post('/v1/sending/hold', { reason: 'The wrong text is going out.' });
    const held = await preview({ to: recipient(), text: 'x' });
    await api.post('/v1/sending/release', { reason: 'Corrected.' });
    expect(held).toMatchObject({
      allowed: true,
      held: { cause: 'operator', reason: 'The wrong text is going out.', by: null },
      explanation: expect.stringContaining('(The wrong text is going out)'),
    });
  });

  /** The only row of the report by country, once so many segments and a cost are in it. */
  const untilReported = (segments: number, { api }: Waybill) =>
    eventually(async () => {
      const answer = await api.get('/v1/reports/delivery?groupBy=country');
      const { rows } = answer.as<{
        rows: { group: object; segments: number; cost: { currency: string; amount: string }[] }[];
      }>(200);
      const [row] = rows;
      if (row?.cost.length !== 1 || row.segments !== segments) throw new Error(answer.text);
      return row;
    });

  it('estimates the cost by the messages that have a price, while others of the day have none yet', async () => {
    const fresh = await startWaybill();
    await fresh.until(await fresh.send(recipient('000')), 'delivered');
    await fresh.api.post('/v1/sending/hold', { reason: 'Three have no price.' });
    for (let count = 0; count < 3; count++) await fresh.send(recipient('000'));
    const { cost } = await untilReported(4, fresh);
    expect(await preview({ to: recipient(), text: 'x' }, fresh)).toMatchObject({
      estimatedCost: [{ currency: cost[0]?.currency, each: cost[0]?.amount }],
    });
  });

  it('takes a charged message whose segments nobody counted for one segment', async () => {
    const fresh = await startWaybill();
    await fresh.until(await fresh.send(recipient('000')), 'delivered');
    const { cost } = await untilReported(1, fresh);
    const usage = { currency: cost[0]?.currency, price: cost[0]?.amount };
    const webhooks = new SignedWebhooks(fresh.url, fresh.config);
    const uuid = randomUUID();
    await webhooks.post('status', statusBody('delivered', { message_uuid: uuid, usage }));
    await eventually(async () => {
      const found = await fresh.api.get(`/v1/messages?messageUuid=${uuid}`);
      return found.as<{ items: readonly unknown[] }>(200).items.length === 1;
    });
    expect(await preview({ to: recipient(), text: 'x' }, fresh)).toMatchObject({
      estimatedCost: [{ currency: usage.currency, each: usage.price }],
    });
  });

  it('estimates the cost by what reports of that country cost, and says where nothing is known', async () => {
    const fresh = await startWaybill();
    await fresh.until(await fresh.send(recipient('000')), 'delivered');
    const report = await untilReported(1, fresh);
    expect(report).toMatchObject({ group: { country: 'GB' }, segments: 1 });
    const [cost] = report.cost;
    const each = Number(cost?.amount);
    expect(await preview({ to: recipient(), text: 'x'.repeat(161) }, fresh)).toMatchObject({
      segments: { count: 2 },
      estimatedCost: [
        {
          currency: cost?.currency,
          each: cost?.amount,
          amount: String(each * 2),
        },
      ],
      costBasis: expect.stringContaining('median'),
    });
    expect(await preview({ to: '+33612345678', text: 'x' }, fresh)).toMatchObject({
      estimatedCost: null,
      costBasis: 'Not known: no report of the last 28 days names a price for sms to FR.',
    });
  });

  it('refuses what is no JSON, a parameter, and a key that may not send', async () => {
    const { api } = waybill;
    expect((await api.post('/v1/messages/preview', '{')).status).toBe(400);
    expect((await api.post('/v1/messages/preview?dryRun=true', {})).status).toBe(400);
    const reader = createApiKey('support', ['read']);
    const guarded = await startWaybill({
      config: { apiKeys: parseApiKeys(reader.configured).keys },
    });
    const answer = await new Api(guarded.url, reader.key).post('/v1/messages/preview', {});
    expect(answer.status).toBe(403);
  });
});

/** Generates bodies of a send of which any part may be valid or not. */
const anyBody: fc.Arbitrary<unknown> = (() => {
  const junk = fc.constantFrom<unknown>(null, 7, '', ' ', '😀', true, [], {}, 'x'.repeat(5_000));
  const field = (...sound: readonly unknown[]) =>
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...sound) }, { weight: 1, arbitrary: junk });
  const optional = (...sound: readonly unknown[]) =>
    fc.option(field(...sound), { nil: undefined, freq: 2 });
  const step = fc.record({
    channel: field('sms', 'whatsapp', 'messenger'),
    when: field('failure', 'unconfirmed'),
    from: field('447700900001', 'shop'),
    to: optional('447700900124', 'someone'),
    text: optional('Hello', 'ж'),
  });
  const body = fc.record({
    to: field('447700900123', '07700900123', '+1', 'someone'),
    text: field('Hello', 'It’s here', 'x'.repeat(700), 'x'.repeat(3_201)),
    from: optional('447700900001', 'Shop', 'no name'),
    channel: optional('sms', 'whatsapp', 'messenger', 'pigeon'),
    reference: optional('order-1017', 'r'.repeat(201)),
    sendAt: optional('2030-01-31T09:30:00Z', '2020-01-31T09:30:00Z', 'tomorrow'),
    ttlSeconds: optional(600, 1, 'soon'),
    confirmWithinSeconds: optional(600, 0),
    encoding: optional('auto', 'text', 'unicode', 'morse'),
    fallback: fc.option(fc.oneof(fc.array(step, { maxLength: 6 }), junk), {
      nil: undefined,
      freq: 2,
    }),
    surprise: fc.option(fc.constant(1), { nil: undefined, freq: 4 }),
  });
  return fc.oneof({ weight: 20, arbitrary: body }, { weight: 1, arbitrary: junk });
})();

/** Returns the faults of a refusing answer; an empty list for a recording one. */
const faultsOf = (answer: Answer): unknown => (answer.status === 202 ? [] : answer.problem.errors);

it('a preview, a send and a batch name the same faults, whatever the body', async () => {
  const { api } = waybill;
  await fc.assert(
    fc.asyncProperty(anyBody, async (body) => {
      const text = JSON.stringify(body);
      const seen = await preview(text);
      const sent = await api.post('/v1/messages', text);
      expect(seen['faults']).toEqual(faultsOf(sent));
      expect(seen['allowed']).toBe(sent.status === 202);
      const batch = await api.post('/v1/messages/batch', { messages: [body] });
      const { items } = batch.body as {
        items: { status: number; problem?: { errors: unknown }; message?: object }[];
      };
      expect(items[0]?.status).toBe(sent.status);
      expect(items[0]?.problem?.errors ?? []).toEqual(seen['faults']);
      if (sent.status !== 202) return;
      const { segments, from, channel, to } = sent.body as Readonly<Record<string, unknown>>;
      expect(seen).toMatchObject({ segments, from, channel, to: { address: to } });
    }),
    { numRuns: 200 },
  );
});
