import { randomUUID } from 'node:crypto';
import type { EmailConfig } from '../../../src/adapters/email/email-config.js';
import type { EventShown, MessageShown } from '../../support/facts/api.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** After this time a scheduled message is due. */
const LATER_MS = 3_600_000;

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});

afterAll(stopWaybills);

const requestsTo = (to: string) => waybill.sandbox.requests().filter((one) => one.to === to);

/** Starts a service on a ledger that can be made to fail. */
async function startOnDouble(): Promise<{ other: Waybill; double: EventStoreDbDouble }> {
  const double = await EventStoreDbDouble.start();
  const eventStore = { kind: 'eventstoredb', url: double.url } as const;
  const readModel = { kind: 'sqlite', directory: null } as const;
  return { other: await startWaybill({ config: { eventStore, readModel } }), double };
}

describe('an Idempotency-Key', () => {
  it('gives every repeat the same answer and sends once', async () => {
    const to = recipient();
    const key = { 'idempotency-key': randomUUID() };
    const first = await waybill.trySend({ to }, key);
    const { id } = first.as<{ id: string }>(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await waybill.trySend({ to }, key);
    await waybill.until(id, 'delivered');
    const late = await waybill.trySend({ to: `+${to}` }, key);
    for (const repeat of [again, late]) {
      expect([repeat.status, repeat.text]).toEqual([202, first.text]);
      expect(repeat.headers.get('idempotency-replayed')).toBe('true');
      expect(repeat.headers.get('location')).toBe(first.headers.get('location'));
    }
    expect(requestsTo(to)).toHaveLength(1);
  });

  it('lets one of fifty requests at once through and gives all of them its answer', async () => {
    const to = recipient();
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => waybill.trySend({ to }, key)),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    const { id } = answers[0]?.as<{ id: string }>(202) ?? { id: '' };
    await waybill.until(id, 'delivered');
    expect(requestsTo(to)).toHaveLength(1);
    const fresh = answers.filter(({ headers }) => headers.get('idempotency-replayed') === null);
    expect(fresh).toHaveLength(1);
  });

  it('refuses every other request with 422', async () => {
    const to = recipient();
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const key = { 'idempotency-key': `"${randomUUID()}"` };
    const first = await waybill.trySend({ to, reference: 'a' }, key);
    expect(first.status).toBe(202);
    const others = [
      { to: recipient(), reference: 'a' },
      { to, reference: 'b' },
      { to },
      { to, reference: 'a', text: 'other' },
      { to, reference: 'a', from: 'Waybill' },
      { to, reference: 'a', ttlSeconds: 60 },
      { to, reference: 'a', confirmWithinSeconds: 5 },
      { to, reference: 'a', encoding: 'unicode' },
      { to, reference: 'a', sendAt },
    ];
    for (const other of others) {
      const { problem } = await waybill.trySend(other, key);
      expect([other, problem]).toMatchObject([
        other,
        { status: 422, type: '/problems/idempotency-key-reused' },
      ]);
    }
    expect((await waybill.trySend({ to, reference: 'a' }, key)).text).toBe(first.text);
  });

  it('recognises every part of a request again', async () => {
    const request = {
      to: recipient(),
      from: 'Waybill',
      reference: 'order-1017',
      ttlSeconds: 3_600,
      confirmWithinSeconds: 60,
      encoding: 'text',
      onUnknown: 'resend',
      priority: 'bulk',
      overrideOptOut: 'She asked for it.',
      fallback: [
        {
          channel: 'whatsapp',
          when: 'failure',
          from: '447700900001',
          to: recipient(),
          text: 'The same by WhatsApp.',
          template: { name: 'parcel_here', language: 'en_GB', parameters: ['Ann'] },
        },
        { channel: 'sms', when: 'unconfirmed', from: 'Waybill' },
      ],
    };
    const key = { 'idempotency-key': randomUUID() };
    const first = await waybill.trySend(request, key);
    expect(first.status).toBe(202);
    expect((await waybill.trySend(request, key)).text).toBe(first.text);
  });

  it('recognises a scheduled request again, and also one whose time has passed meanwhile', async () => {
    const to = recipient();
    const sendAt = new Date(Date.now() + 300).toISOString();
    const key = { 'idempotency-key': randomUUID() };
    const first = await waybill.trySend({ to, sendAt }, key);
    const { id } = first.as<{ id: string }>(202);
    await waybill.until(id, 'delivered');
    expect((await waybill.trySend({ to, sendAt }, key)).text).toBe(first.text);
  });

  it('gives a repeat the same answer after the defaults have changed', async () => {
    const to = recipient();
    const key = { 'idempotency-key': randomUUID() };
    const sentFrom = (address: string): EmailConfig => ({
      url: 'smtp://127.0.0.1:1',
      from: { name: '', address },
      requiresTls: false,
    });
    const email = sentFrom('hello@shop.example');
    const other = await startWaybill({ config: { confirmWithinSeconds: 60, email } });
    const request = {
      to,
      fallback: [{ channel: 'email', when: 'failure', to: 'ann@home.example' }],
    };
    const first = await other.trySend(request, key);
    await other.stop();
    const changed = {
      ...other.config,
      confirmWithinSeconds: 61,
      email: sentFrom('news@shop.example'),
    };
    Object.assign(other, {
      config: { ...changed, vonage: { ...changed.vonage, number: '447700900002' } },
    });
    await other.start();
    expect((await other.trySend(request, key)).text).toBe(first.text);
    await other.end();
  });

  it('gives a repeat the same answer after numbers are read for another country', async () => {
    const other = await startWaybill({ config: { defaultCountry: 'GB' } });
    // Both countries have such a number of a mobile phone.
    const written = '07700 900123';
    const request = {
      to: written,
      from: '07700 900124',
      fallback: [
        { channel: 'whatsapp', when: 'failure', from: '07700 900124' },
        { channel: 'sms', when: 'failure', from: '07700 900124', to: '07700 900125' },
      ],
    };
    const key = { 'idempotency-key': randomUUID() };
    const first = await other.trySend(request, key);
    expect(first.as<{ to: string }>(202).to).toBe('447700900123');
    await other.stop();
    Object.assign(other, { config: { ...other.config, defaultCountry: 'DE' } });
    await other.start();
    expect((await other.trySend(request, key)).text).toBe(first.text);
    const changed = { ...request, to: '07700 900126' };
    expect((await other.trySend(changed, key)).status).toBe(422);
    const { to } = (await other.trySend(request)).as<{ to: string }>(202);
    expect(to).toBe('497700900123');
    await other.end();
  });

  it('is what a sender is told to use where nobody knows whether it was recorded', async () => {
    const { other, double } = await startOnDouble();
    // The first append to a ledger binds its key store, and is not that of the message.
    await other.send(recipient());
    const request = [{ to: recipient() }, { 'idempotency-key': randomUUID() }] as const;
    double.faults.silentAfterCommit = true;
    const { problem } = await other.trySend(...request);
    double.faults.silentAfterCommit = false;
    expect(problem).toMatchObject({ status: 503, type: '/problems/append-outcome-unknown' });
    expect(problem.detail).toContain('may have been recorded');
    const again = await other.trySend(...request);
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([202, 'true']);
    await other.end();
    double.stop();
  });

  it.each([
    ['no characters', ''],
    ['256 characters', 'x'.repeat(256)],
  ])('is refused with %s', async (_, key) => {
    const { problem } = await waybill.trySend({ to: recipient() }, { 'idempotency-key': key });
    expect(problem).toMatchObject({ status: 400, errors: [{ parameter: 'Idempotency-Key' }] });
  });
});

describe('Prefer: wait', () => {
  it('answers as soon as Vonage has, with the attempt', async () => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, answer: { kind: 'accepted', afterMs: 5_000 } });
    const answer = await waybill.trySend({ to }, { prefer: 'respond-async, wait=20' });
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    expect(answer.as(202)).toMatchObject({
      status: 'sent',
      attempts: [{ number: 1, messageUuid: expect.stringMatching(/^[0-9a-f-]{36}$/) }],
    });
  });

  it('shows a refusal', async () => {
    const answer = await waybill.trySend({ to: recipient('422') }, { prefer: 'wait=20' });
    expect(answer.as(202)).toMatchObject({
      status: 'failed',
      attempts: [{ error: { httpStatus: 422 } }],
    });
  });

  it('gives up waiting in time and says how it stands', async () => {
    const to = recipient();
    const answer = await waybill.trySend({ to: `${to.slice(0, -6)}980021` }, { prefer: 'wait=0' });
    expect(answer.headers.get('preference-applied')).toBe('wait=0');
    expect(['accepted', 'sending']).toContain(answer.as<{ status: string }>(202).status);
  });

  it('says that it waits no longer than thirty seconds', async () => {
    const answer = await waybill.trySend({ to: recipient() }, { prefer: 'wait=99999' });
    expect(answer.headers.get('preference-applied')).toBe('wait=30');
  });

  it('says that the message is recorded, also where the ledger goes away while it waits', async () => {
    const { other, double } = await startOnDouble();
    await other.api.post('/v1/sending/hold', { reason: 'Nothing is answered.' });
    const sending = other.trySend({ to: recipient() }, { prefer: 'wait=2' });
    await eventually(() => double.ledger.records.some(({ type }) => type === 'MessageRequested'));
    double.faults.notReady = true;
    const answer = await sending;
    double.faults.notReady = false;
    const { id, attempts } = answer.as<{ id: string; attempts: readonly object[] }>(202);
    // As with every wait, so that nobody who expects attempts stumbles over a message that is recorded.
    expect(attempts).toEqual([]);
    expect(await other.message(id)).toMatchObject({ status: 'accepted' });
    await other.end();
    double.stop();
  });

  it('ignores a preference that makes no sense', async () => {
    const answer = await waybill.trySend({ to: recipient() }, { prefer: 'wait=soon' });
    expect(answer.as(202)).not.toHaveProperty('attempts');
    expect(answer.headers.get('preference-applied')).toBeNull();
  });
});

/** Starts a service on a time that passes only when the test says so. */
async function startOnTime(): Promise<{ time: SettableTime; onTime: Waybill; sendAt: string }> {
  const time = new SettableTime(Date.now());
  const onTime = await startWaybill({ time });
  return { time, onTime, sendAt: new Date(time.wallMs() + LATER_MS).toISOString() };
}

/** Waits until the message is delivered; the service's own waits end at once. */
const untilDelivered = (waybillOnTime: Waybill, time: SettableTime, id: string): Promise<true> =>
  eventually(async () => {
    time.pass(1);
    return (await waybillOnTime.message(id)).status === 'delivered';
  });

describe('time', () => {
  it('holds a scheduled message until it is due', async () => {
    const { time, onTime, sendAt } = await startOnTime();
    const to = recipient();
    const id = await onTime.send(to, { sendAt });
    const message = await onTime.message(id);
    expect(message).toMatchObject({ status: 'scheduled', final: false, sendAt });
    expect(message.explanation).toContain(sendAt);
    time.pass(LATER_MS / 2);
    // The agenda is read for this message, and the other one is not due.
    await untilDelivered(onTime, time, await onTime.send(recipient()));
    expect((await onTime.message(id)).status).toBe('scheduled');
    expect(onTime.sandbox.requests().filter((one) => one.to === to)).toEqual([]);
    time.pass(LATER_MS / 2);
    await untilDelivered(onTime, time, id);
    await onTime.end();
  });

  it('sends at once when the time is over', async () => {
    const id = await waybill.send(recipient(), { sendAt: '2020-01-01T00:00:00Z' });
    expect((await waybill.until(id, 'delivered')).attempts).toHaveLength(1);
  });

  it('refuses a time without a zone, which would mean another moment on another server', async () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    const { problem } = await waybill.trySend({
      to: recipient(),
      sendAt: inAnHour.replace('Z', ''),
    });
    expect(problem.errors).toMatchObject([{ pointer: '/sendAt' }]);
  });

  it('does not try again what would be too late, and tells Vonage how much time is left', async () => {
    const to = recipient('030');
    const id = await waybill.send(to, { ttlSeconds: 20 });
    const message = await waybill.until(id, 'rejected');
    // The error asks for a wait of a minute, and the message has only a third of that left.
    expect(message.attempts).toHaveLength(1);
    const [sent] = waybill.sandbox.messages().filter((one) => one.to === to);
    expect(sent?.request).toMatchObject({ ttl: expect.any(Number) });
    expect(Number(sent?.request['ttl'])).toBeLessThanOrEqual(20);
  });
});

describe('cancelling', () => {
  it('withdraws a scheduled message for good', async () => {
    const { time, onTime, sendAt } = await startOnTime();
    const to = recipient();
    const id = await onTime.send(to, { sendAt });
    const cancelled = await onTime.api.post(`/v1/messages/${id}/cancel`);
    expect(cancelled.as(200)).toMatchObject({ id, status: 'cancelled', final: true });
    const again = await onTime.api.post(`/v1/messages/${id}/cancel`);
    expect(again.as(200)).toMatchObject({ status: 'cancelled', revision: 1 });
    // The other message is due no earlier: once it has been sent, this one would have been sent too.
    const other = await onTime.send(recipient(), { sendAt });
    time.pass(LATER_MS);
    await untilDelivered(onTime, time, other);
    expect(onTime.sandbox.requests().filter((one) => one.to === to)).toEqual([]);
    expect((await onTime.message(id)).status).toBe('cancelled');
    await onTime.end();
  });

  it('refuses what was handed over, and what does not exist', async () => {
    const id = await waybill.send(recipient());
    await waybill.until(id, 'delivered');
    const late = await waybill.api.post(`/v1/messages/${id}/cancel`);
    expect(late.problem).toMatchObject({ status: 409, type: '/problems/message-not-cancellable' });
    const unknown = await waybill.api.post(`/v1/messages/${randomUUID()}/cancel`);
    expect(unknown.problem).toMatchObject({ status: 404, type: '/problems/message-not-found' });
  });
});

describe('a batch', () => {
  const batch = (messages: unknown, headers: Record<string, string> = {}) =>
    waybill.api.post('/v1/messages/batch', { messages }, headers);
  const valid = () => ({ to: recipient(), text: 'Hello' });

  it('records every message that is right and names the faults of the others', async () => {
    const answer = await batch([valid(), { to: '1', text: '' }, null, valid(), 'x']);
    const { items } = answer.as<{
      items: { index: number; status: number; message?: MessageShown }[];
    }>(207);
    expect(items.map(({ index, status }) => [index, status])).toEqual([
      [0, 202],
      [1, 400],
      [2, 400],
      [3, 202],
      [4, 400],
    ]);
    expect(items[1]).toMatchObject({
      problem: { errors: [{ pointer: '/to' }, { pointer: '/text' }] },
    });
    await waybill.until(String(items[0]?.message?.id), 'delivered');
  });

  it('is idempotent message by message', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const messages = [valid(), valid()];
    const first = await batch(messages, key);
    expect(first.status).toBe(202);
    expect((await batch(messages, key)).text).toBe(first.text);
    const other = await batch([messages[0], valid()], key);
    expect(other.as<{ items: object[] }>(207).items).toMatchObject([
      { status: 202 },
      { status: 422, problem: { type: '/problems/idempotency-key-reused' } },
    ]);
  });

  it('puts messages that name no lane into that of the batch', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const messages = [valid(), { ...valid(), priority: 'high' }];
    const send = (priority: unknown) =>
      waybill.api.post('/v1/messages/batch', { messages, priority }, key);
    const { items } = (await send('bulk')).as<{ items: { message: MessageShown }[] }>(202);
    const lanes = items.map(async ({ message }) => (await waybill.message(message.id)).priority);
    expect(await Promise.all(lanes)).toEqual(['bulk', 'high']);
    expect((await send('bulk')).status).toBe(202);
    expect((await send('normal')).as<{ items: object[] }>(207).items).toMatchObject([
      { status: 422, problem: { type: '/problems/idempotency-key-reused' } },
      { status: 202 },
    ]);
    expect((await send('urgent')).problem).toMatchObject({
      status: 400,
      errors: [{ pointer: '/priority' }],
    });
  });

  it('takes a thousand messages and not one more', async () => {
    const message = { to: '447700900999', text: 'x', sendAt: '2031-01-01T00:00:00Z' };
    const tooFar = await batch(Array.from({ length: 1_000 }, () => message));
    // Each date is beyond a year and refused, so nothing remains that could be sent.
    expect(tooFar.as<{ items: object[] }>(207).items).toHaveLength(1_000);
    expect((await batch(Array.from({ length: 1_001 }, () => message))).problem).toMatchObject({
      status: 400,
      errors: [{ pointer: '/messages' }],
    });
  });

  it.each([[[]], ['x'], [undefined], [{}]])('is refused when messages is %j', async (messages) => {
    expect((await batch(messages)).problem).toMatchObject({ status: 400 });
  });
});

describe('looking back', () => {
  it('shows a message as it was known at any earlier moment', async () => {
    const id = await waybill.send(recipient());
    await waybill.until(id, 'delivered');
    const events = await waybill.events(id);
    for (const [index, event] of events.entries()) {
      const at = await waybill.api.get(`/v1/messages/${id}?at=${event.recordedAt}`);
      const next = events[index + 1];
      if (next?.recordedAt === event.recordedAt) continue;
      expect(at.as<MessageShown>(200)).toMatchObject({
        revision: event.revision,
        status: event.effect?.to,
      });
    }
    const before = new Date(Date.parse(events[0]?.recordedAt ?? '') - 1).toISOString();
    const unborn = await waybill.api.get(`/v1/messages/${id}?at=${before}`);
    // It is known: whoever reads this must not take it for lost.
    const detail = `Nothing was recorded of the message ${id} by ${before}: ask for a later time.`;
    expect(unborn.problem).toMatchObject({ status: 404, detail });
  });

  it.each(['yesterday', '5', '2030-01-01T00:00:00', '', '2030-13-01'])(
    'refuses %j as a moment',
    async (at) => {
      const answer = await waybill.api.get(`/v1/messages/${randomUUID()}?at=${at}`);
      expect(answer.problem).toMatchObject({ status: 400, errors: [{ parameter: 'at' }] });
    },
  );

  it('replays every event with its effect and its origin', async () => {
    const id = await waybill.send(recipient());
    await waybill.until(id, 'delivered');
    const events = await waybill.events(id);
    expect(events.map(({ type, effect }) => [type, effect?.from, effect?.to])).toEqual([
      ['MessageRequested', null, 'accepted'],
      ['AttemptStarted', 'accepted', 'sending'],
      ['AttemptAccepted', 'sending', 'sent'],
      ['StatusReported', 'sent', 'submitted'],
      ['StatusReported', 'submitted', 'delivered'],
    ]);
    expect(events.map(({ metadata }) => metadata['source'])).toEqual([
      'api',
      'dispatcher',
      'dispatcher',
      'webhook',
      'webhook',
    ]);
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    for (const event of events) {
      expect(event).toMatchObject({ stream: `message-${id}`, version: expect.any(Number) });
      expect(event.metadata).toMatchObject({
        recordedAt: event.recordedAt,
        correlationId: id,
        causationId: expect.any(String),
      });
    }
    const known = waybill.sandbox.callbacks().filter(({ body }) => body.includes(id));
    expect(events.slice(3).map(({ metadata }) => metadata['webhook'])).toEqual(
      known.map(({ body }) => ({
        token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        jti: expect.any(String),
        iat: expect.any(Number),
        receivedAt: expect.any(String),
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        rawBody: body,
        rawBodyEncoding: 'utf8',
      })),
    );
  });

  it('exports the whole ledger in one order, page by page as well as at once', async () => {
    const id = await waybill.send(recipient());
    await waybill.until(id, 'delivered');
    await eventually(() => waybill.sandbox.isSettled());
    const all = await waybill.api.get('/v1/events');
    expect(all.headers.get('content-type')).toMatch('application/x-ndjson');
    const events = all.lines as EventShown[];
    expect(events.filter(({ stream }) => stream === `message-${id}`)).toHaveLength(5);
    expect(new Set(events.map(({ position }) => position)).size).toBe(events.length);
    const paged: EventShown[] = [];
    for (;;) {
      const after = paged.at(-1)?.position;
      const query = after === undefined ? 'limit=7' : `limit=7&after=${encodeURIComponent(after)}`;
      const page = (await waybill.api.get(`/v1/events?${query}`)).lines as EventShown[];
      expect(page.length).toBeLessThanOrEqual(7);
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged.slice(0, events.length)).toEqual(events);
  });

  it.each([
    'limit=0',
    'limit=x',
    'limit=1.5',
    'after=',
    'after=nonsense',
    'after=%00',
    'after=999999999',
    'limit=-1',
  ])('refuses to export with %s', async (query) => {
    expect((await waybill.api.get(`/v1/events?${query}`)).problem).toMatchObject({
      status: 400,
      errors: [{ parameter: query.split('=')[0] }],
    });
  });
});
