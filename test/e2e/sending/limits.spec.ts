import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import type { ServiceLimits } from '../../../src/domain/limits/day-limits.js';
import type { LimitsView } from '../../../src/application/guards/read-limits.js';
import { Api, type EventShown } from '../../support/facts/api.js';
import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const root = createApiKey('root', ['admin']);
const apiKeys = parseApiKeys(root.configured).keys;
const none: ServiceLimits = {
  messagesPerDay: null,
  costPerDay: null,
  messagesPerRecipientHour: null,
  countriesAllowed: null,
  countriesBlocked: [],
};

afterAll(stopWaybills);

const as = ({ url }: Waybill, key = root.key) => new Api(url, key);

async function keyOf(waybill: Waybill, name: string, limits: object): Promise<string> {
  const body = { name, scopes: ['send'], limits };
  return (await as(waybill).post('/v1/keys', body)).as<{ key: string }>(201).key;
}

const send = (waybill: Waybill, key = root.key, more: object = {}, headers = {}) =>
  as(waybill, key).post('/v1/messages', { to: recipient(), text: 'Hello', ...more }, headers);

const limitsOf = async (waybill: Waybill, key = root.key): Promise<LimitsView> =>
  (await as(waybill, key).get('/v1/limits')).as<LimitsView>(200);

const typesIn = async (waybill: Waybill, stream: string): Promise<readonly string[]> =>
  (await as(waybill).get('/v1/events')).lines
    .map((line) => line as { readonly stream: string; readonly type: string })
    .filter((event) => event.stream.startsWith(stream))
    .map(({ type }) => type);

describe('caps on the messages of a day', () => {
  const time = new SettableTime(Date.parse('2026-03-04T23:30:00Z'));
  let waybill: Waybill;

  beforeAll(async () => {
    const limits = { ...none, messagesPerDay: 6, countriesBlocked: ['FR'] };
    waybill = await startWaybill({ config: { apiKeys, limits }, time });
  });

  it('of a key: refuse the next one with the time to wait, and count no repeat', async () => {
    const key = await keyOf(waybill, 'shop', { messagesPerDay: 2 });
    const again = { 'Idempotency-Key': 'order-1' };
    const to = recipient();
    const first = await send(waybill, key, { to }, again);
    expect(first.status).toBe(202);
    const repeats = await Promise.all([1, 2, 3].map(() => send(waybill, key, { to }, again)));
    expect(repeats.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect((await send(waybill, key)).status).toBe(202);
    const refused = await send(waybill, key);
    expect(refused.problem).toMatchObject({ status: 429, type: '/problems/spend-limit' });
    expect(refused.problem.detail).toContain('2 messages a day for this API key');
    expect(refused.problem.detail).toContain('2026-03-05T00:00:00.000Z');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(1_700);
    expect(seconds).toBeLessThanOrEqual(1_800);
    expect((await send(waybill, key, { to }, again)).status).toBe(202);
    expect(await typesIn(waybill, 'limit-key.shop:2026-03-04')).toContain('LimitReached');
  });

  it('of all: count each message of a batch, and hold for keys without limits', async () => {
    const messages = Array.from({ length: 6 }, () => ({ to: recipient(), text: 'x' }));
    const batch = await as(waybill).post('/v1/messages/batch', { messages });
    const { items } = batch.as<{ items: readonly { status: number }[] }>(207);
    expect(items.filter(({ status }) => status === 202)).toHaveLength(4);
    expect(items.filter(({ status }) => status === 429)).toHaveLength(2);
    const refused = await send(waybill);
    expect(refused.problem.detail).toContain('6 messages a day for all API keys together');
  });

  it('survive a restart', async () => {
    await waybill.stop();
    await waybill.start();
    expect((await send(waybill)).problem.type).toBe('/problems/spend-limit');
  });

  it('count a message for the day on which it is due', async () => {
    const tomorrow = await send(waybill, root.key, { sendAt: '2026-03-05T08:00:00Z' });
    expect(tomorrow.status).toBe(202);
    expect(await typesIn(waybill, 'limit-all:2026-03-05')).toEqual(['QuotaReserved']);
  });

  it('refuse a blocked country by name, before any cap, and count what they refuse', async () => {
    const refused = await send(waybill, root.key, { to: '+33612345678' });
    expect(refused.problem).toMatchObject({ status: 403, type: '/problems/country-not-allowed' });
    expect(refused.problem.detail).toBe('The recipient is in FR: this service may not send there.');
    const fallback = { channel: 'sms', when: 'failure', from: 'WAYBILL', to: '+33612345678' };
    const elsewhere = await send(waybill, root.key, { fallback: [fallback] });
    expect(elsewhere.problem.detail).toContain('/fallback/0 is in FR');
    const { text } = await as(waybill).get('/metrics');
    expect(text).toContain('waybill_sends_refused_total{code="country-not-allowed"} 2\n');
    expect(text).toMatch(/waybill_sends_refused_total\{code="spend-limit"\} [1-9]/);
  });

  it('of a key: keep it to its countries', async () => {
    const key = await keyOf(waybill, 'german', { countriesAllowed: ['DE'] });
    const refused = await send(waybill, key);
    expect(refused.problem.detail).toBe('The recipient is in GB: this API key may not send there.');
    expect((await send(waybill, key, { to: '+491701234567' })).problem.status).toBe(429);
    // Messenger's ids of people are digits too, and in no country.
    const chat = { channel: 'messenger', from: '107083064136738', to: '2460518914012345' };
    expect((await send(waybill, key, chat)).problem.status).toBe(429);
    const step = { ...chat, when: 'failure' };
    const planned = await send(waybill, key, { to: '+491701234567', fallback: [step] });
    expect(planned.problem.status).toBe(429);
  });

  it('hand to Vonage what was accepted, and nothing else', async () => {
    await eventually(() => {
      time.pass(100);
      return waybill.sandbox.messages().length === 6;
    });
    expect(waybill.sandbox.requests().length).toBe(6);
  });
});

describe('a limit for each recipient and hour', () => {
  const time = new SettableTime(Date.parse('2026-03-04T10:30:00Z'));
  let waybill: Waybill;

  beforeAll(async () => {
    const limits = { ...none, messagesPerRecipientHour: 2, messagesPerDay: 100 };
    waybill = await startWaybill({ config: { apiKeys, limits }, time });
  });

  it('refuses the next message, until the next hour, and counts it nowhere', async () => {
    const to = recipient();
    const sent = await Promise.all([1, 2, 3, 4].map(() => send(waybill, root.key, { to })));
    expect(sent.filter(({ status }) => status === 202)).toHaveLength(2);
    const refused = await send(waybill, root.key, { to });
    expect(refused.problem).toMatchObject({ status: 429, type: '/problems/recipient-limit' });
    expect(refused.problem.detail).toContain('starts anew at 2026-03-04T11:00:00.000Z');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(1_700);
    expect(seconds).toBeLessThanOrEqual(1_800);
    expect((await send(waybill)).status).toBe(202);
    const nextHour = await send(waybill, root.key, { to, sendAt: '2026-03-04T11:00:00Z' });
    expect(nextHour.status).toBe(202);
    expect((await limitsOf(waybill)).all.messagesPerDay?.used).toBe(4);
  });

  it('leaves no number in the name of a stream', async () => {
    const events = (await as(waybill).get('/v1/events')).lines as readonly EventShown[];
    const names = events.map(({ stream }) => stream).filter((name) => name.includes('-to.'));
    expect(new Set(names).size).toBeGreaterThanOrEqual(3);
    for (const name of names) {
      expect(name).toMatch(/^limit-to\.[\w-]{43}:2026-03-04T1[01]:1$/);
    }
  });
});

describe('what is limited', () => {
  const time = new SettableTime(Date.parse('2026-03-04T10:30:00Z'));
  let waybill: Waybill;

  beforeAll(async () => {
    const limits = { ...none, messagesPerDay: 4, countriesBlocked: ['FR'] };
    waybill = await startWaybill({ config: { apiKeys, limits }, time });
  });

  it('is shown with what is used and left, for all and for the key that asks', async () => {
    const key = await keyOf(waybill, 'shop', {
      requestsPerSecond: 50,
      messagesPerDay: 3,
      countriesAllowed: ['GB', 'DE'],
    });
    await send(waybill, key);
    await send(waybill);
    const resetsAt = '2026-03-05T00:00:00.000Z';
    expect(await limitsOf(waybill, key)).toEqual({
      all: {
        messagesPerDay: { cap: 4, used: 2, left: 2, resetsAt },
        costPerDay: null,
        countriesAllowed: null,
        countriesBlocked: ['FR'],
        messagesPerRecipientHour: null,
      },
      key: {
        name: 'shop',
        requestsPerSecond: 50,
        messagesPerDay: { cap: 3, used: 1, left: 2, resetsAt },
        costPerDay: null,
        countriesAllowed: ['GB', 'DE'],
        countriesBlocked: [],
      },
    });
    expect((await limitsOf(waybill)).key).toMatchObject({ name: 'root', messagesPerDay: null });
    await eventually(async () =>
      (await as(waybill).get('/metrics')).text.includes(
        'waybill_limit_used_ratio{limit="messages"} 0.5\n',
      ),
    );
  });

  it('is told by a preview, which uses nothing', async () => {
    const preview = async (body: object) =>
      (await as(waybill).post('/v1/messages/preview', body)).as<Record<string, unknown>>(200);
    const sound = { to: recipient(), text: 'Hello' };
    expect(await preview(sound)).toMatchObject({ allowed: true, refusal: null });
    expect(await preview({ ...sound, to: '+33612345678' })).toMatchObject({
      allowed: false,
      faults: [],
      refusal: { type: '/problems/country-not-allowed' },
    });
    await send(waybill);
    await send(waybill);
    expect(await preview(sound)).toMatchObject({
      allowed: false,
      refusal: { type: '/problems/spend-limit' },
      explanation: expect.stringContaining('4 messages a day'),
    });
    expect((await limitsOf(waybill)).all.messagesPerDay?.used).toBe(4);
  });
});

describe('a cap on the cost of a day', () => {
  // Noon: the day must not end during the test. Reports that are signed now are taken for 25 hours.
  const noon = Math.ceil((Date.now() - 43_200_000) / 86_400_000) * 86_400_000 + 43_200_000;
  const time = new SettableTime(noon);

  it('goes by the prices that reports named, and holds for keys as well', async () => {
    const waybill = await startWaybill({
      config: { apiKeys, limits: { ...none, costPerDay: '1000' } },
      time,
    });
    const flow = async (isDone: () => Promise<boolean>) =>
      eventually(async () => {
        time.pass(50);
        return isDone();
      });
    expect((await limitsOf(waybill)).all.costPerDay).toMatchObject({ used: '0', currency: null });
    await send(waybill, root.key, { to: recipient('000') });
    await flow(async () => {
      time.pass(10_000);
      return (await limitsOf(waybill)).all.costPerDay?.currency === 'EUR';
    });
    const { used } = (await limitsOf(waybill)).all.costPerDay ?? { used: '0' };
    const price = Number(used);
    expect(price).toBeGreaterThan(0);
    // Two segments in one message, and one for the fallback step.
    const fallback = [{ channel: 'sms', when: 'failure', from: 'WAYBILL' }];
    const costPerDay = (price * 3.5).toFixed(8);
    const key = await keyOf(waybill, 'shop', { costPerDay });
    const long = { text: 'x'.repeat(200), fallback: [{ ...fallback[0], text: 'short' }] };
    expect((await send(waybill, key, long)).status).toBe(202);
    const refused = await send(waybill, key);
    expect(refused.problem.type).toBe('/problems/spend-limit');
    expect(refused.problem.detail).toContain(`${costPerDay} a day in the account's currency`);
    const { key: ofKey } = await limitsOf(waybill, key);
    expect(Number(ofKey?.costPerDay?.used)).toBeCloseTo(price * 3, 7);
    // The refusal is answered before the part of the other cap is given back.
    await eventually(async () => {
      const { all } = await limitsOf(waybill, key);
      return Math.abs(Number(all.costPerDay?.used) - price * 3) < 1e-7;
    });
  });
});
