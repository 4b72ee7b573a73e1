import { defaultRetryPolicy } from '../../../src/domain/message/retry-policy.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** Time advances on its own, so that paced sending proceeds. */
const TICK_MS = 5;

afterEach(stopWaybills);

interface SendingAnswer extends Omit<SendingShown, 'waiting'> {
  readonly waiting: Readonly<Record<'high' | 'normal' | 'bulk', number>>;
}

interface SendingShown {
  readonly state: string;
  readonly since: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number | null;
}

/** Shows sending, with what waits in all lanes together. */
const sending = async ({ api }: Waybill): Promise<SendingShown> => {
  const shown = (await api.get('/v1/sending')).as<SendingAnswer>(200);
  const { high, normal, bulk } = shown.waiting;
  return { ...shown, waiting: high + normal + bulk };
};

const sentTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.messages().filter((one) => one.to === to).length;

it('hands nothing to Vonage from the answer to a hold until a release, also after a restart', async () => {
  const waybill = await startWaybill();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  const flowing = { state: 'flowing', since: null, waiting: 0 };
  await eventually(async () => {
    expect(await sending(waybill)).toMatchObject(flowing);
    return true;
  });
  const reason = 'The wrong text is going out.';
  const held = await waybill.api.post('/v1/sending/hold', { reason });
  expect(held.as<SendingShown>(200)).toMatchObject({ state: 'held', cause: 'operator', reason });
  const to = recipient();
  const id = await waybill.send(to);
  await eventually(async () => (await sending(waybill)).waiting === 1);
  await waybill.stop();
  await waybill.start();
  await eventually(async () => (await sending(waybill)).waiting === 1);
  const { explanation, status } = await waybill.message(id);
  expect(status).toBe('accepted');
  const { since, oldestWaitingSeconds } = await sending(waybill);
  expect(explanation).toContain(`Sending is held since ${since} (The wrong text is going out)`);
  expect(oldestWaitingSeconds).toBeGreaterThanOrEqual(0);
  expect(sentTo(waybill, to)).toBe(0);
  const released = await waybill.api.post('/v1/sending/release', { reason: 'Corrected.' });
  expect(released.as<SendingShown>(200)).toMatchObject({ state: 'flowing', reason: null });
  await waybill.until(id, 'delivered');
  const holds = (await waybill.api.get('/v1/sending/holds')).as<object>(200);
  const [said, until] = [{ scope: 'all', cause: 'operator', reason, since }, expect.any(String)];
  expect(holds).toMatchObject({ items: [{ ...said, until, releaseReason: 'Corrected.' }] });
  const later = await waybill.api.get('/v1/sending/holds?since=2999-01-01');
  expect(later.as<object>(200)).toEqual({ items: [] });
  expect(sentTo(waybill, to)).toBe(1);
  expect((await waybill.api.post('/v1/sending/release', { reason: 'x' })).status).toBe(409);
});

it('starts held where SENDING=held says so', async () => {
  const waybill = await startWaybill({ config: { sending: 'held' } });
  const to = recipient();
  const id = await waybill.send(to);
  await eventually(async () => (await sending(waybill)).waiting === 1);
  expect(await sending(waybill)).toMatchObject({ state: 'held', cause: 'setting' });
  expect(sentTo(waybill, to)).toBe(0);
  await waybill.api.post('/v1/sending/release', { reason: 'Looked at.' });
  await waybill.until(id, 'delivered');
});

it('counts what a hold keeps back, for an alert', async () => {
  const waybill = await startWaybill();
  const figures = async (): Promise<string> => (await waybill.api.get('/metrics')).text;
  expect(await figures()).toMatch(/^waybill_messages_waiting 0$/m);
  await waybill.api.post('/v1/sending/hold', { reason: 'Looked into.' });
  const id = await waybill.send(recipient());
  await waybill.send(recipient(), { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  await eventually(async () => /^waybill_messages_waiting 1$/m.test(await figures()));
  expect(await figures()).toMatch(/^waybill_part_state\{part="sending",state="held"\} 1$/m);
  await waybill.api.post('/v1/sending/release', { reason: 'Corrected.' });
  await waybill.until(id, 'delivered');
  await eventually(async () => /^waybill_messages_waiting 0$/m.test(await figures()));
});

it('tells nobody that providers are held which are not set up', async () => {
  const waybill = await startWaybill();
  const { api } = waybill;
  await api.post('/v1/sending/hold', { reason: 'Looked into.' });
  const held = [expect.objectContaining({ provider: 'vonage' })];
  expect((await api.get('/v1/sending')).as<object>(200)).toMatchObject({ providers: held });
  expect((await api.get('/health/ready')).as<object>(200)).toMatchObject({
    parts: { sending: { heldProviders: held } },
  });
  const { text } = await api.get('/metrics');
  expect(text).toMatch(/^waybill_provider_held\{provider="vonage"\} 1$/m);
  expect(text).toMatch(/^waybill_provider_held\{provider="email"\} 0$/m);
});

it('lets time go on while sending is held, and loses nothing that waits', async () => {
  const time = new SettableTime(Date.now());
  const ticking = setInterval(() => time.pass(TICK_MS), TICK_MS);
  const retryPolicy = { ...defaultRetryPolicy, firstDelayMs: 120_000, delayMsMax: 120_000 };
  const waybill = await startWaybill({ time, config: { retryPolicy } });
  const other = recipient();
  const open = await waybill.send(recipient('001'), {
    confirmWithinSeconds: 60,
    fallback: [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: other }],
  });
  await waybill.until(open, 'submitted');
  const retried = await waybill.send(recipient('030'));
  await waybill.until(retried, 'retrying');
  await waybill.api.post('/v1/sending/hold', { reason: 'Looked into.' });
  const short = await waybill.send(recipient(), { ttlSeconds: 30 });
  const long = await waybill.send(recipient(), { ttlSeconds: 7_200 });
  const unlimited = await waybill.send(recipient());
  const sendAt = new Date(time.wallMs() + 60_000).toISOString();
  const scheduled = await waybill.send(recipient(), { sendAt });
  time.pass(3_600_000);
  await waybill.until(short, 'expired');
  // The window closes, and the fallback waits for the release.
  await waybill.until(open, 'retrying');
  await eventually(async () => (await sending(waybill)).waiting === 5);
  const { messagesAccepted } = waybill.sandbox.counters();
  expect(messagesAccepted).toBe(2);
  await waybill.api.post('/v1/sending/release', { reason: 'Corrected.' });
  for (const id of [open, retried, long, unlimited, scheduled])
    await waybill.until(id, 'delivered');
  expect((await waybill.message(short)).status).toBe('expired');
  expect(waybill.sandbox.counters()).toMatchObject({ messagesAccepted: 7, clientRefsSentTwice: 0 });
  await waybill.end();
  clearInterval(ticking);
});

it('does not hide that a text arrived whose next step came too late, nor send it again with what failed', async () => {
  const time = new SettableTime(Date.now());
  const ticking = setInterval(() => time.pass(TICK_MS), TICK_MS);
  const waybill = await startWaybill({ time });
  const to = recipient('001');
  const id = await waybill.send(to, {
    ttlSeconds: 120,
    confirmWithinSeconds: 60,
    fallback: [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001' }],
  });
  await waybill.until(id, 'submitted');
  await waybill.api.post('/v1/sending/hold', { reason: 'Looked into.' });
  time.pass(60_000);
  await waybill.until(id, 'retrying');
  time.pass(3_600_000);
  const { explanation } = await waybill.until(id, 'expired');
  expect(explanation).not.toContain('was not sent');
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const delivered = statusBody('delivered', { client_ref: `${id}.1` });
  expect((await webhooks.post('status', delivered)).status).toBe(204);
  expect(await waybill.message(id)).toMatchObject({ status: 'expired', contradicted: true });
  await waybill.api.post('/v1/sending/release', { reason: 'Corrected.' });
  await eventually(async () => {
    const list = await waybill.api.get('/v1/messages?contradicted=true');
    return list.as<{ items: readonly object[] }>(200).items.length === 1;
  });
  const resent = await waybill.api.post('/v1/messages/resend', { reason: 'They failed.' });
  expect(resent.as<object>(200)).toMatchObject({ counts: { matched: 0 } });
  expect(sentTo(waybill, to)).toBe(1);
  await waybill.end();
  clearInterval(ticking);
});

it('sends what has become due during a hold at the permitted rate', async () => {
  const requestsPerSecond = 20;
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time, vonage: { requestsPerSecond } });
  await waybill.api.post('/v1/sending/hold', { reason: 'Looked into.' });
  const to = recipient();
  const ids = await Promise.all(Array.from({ length: 60 }, () => waybill.send(to)));
  await eventually(async () => (await sending(waybill)).waiting === ids.length);
  await waybill.api.post('/v1/sending/release', { reason: 'Corrected.' });
  const releasedAtMs = time.monotonic.elapsedMs();
  const excess: object[] = [];
  await eventually(() => {
    // An unused turn is not saved up, so one call is free and the others keep the pace.
    const passedMs = time.monotonic.elapsedMs() - releasedAtMs;
    const permitted = 1 + Math.floor((passedMs * requestsPerSecond) / 1_000);
    const calls = waybill.sandbox.requests().length;
    if (calls > permitted) excess.push({ calls, permitted });
    time.pass(TICK_MS);
    return calls === ids.length;
  });
  expect(excess).toEqual([]);
});

it('names every fault of a hold and of a release', async () => {
  const { api } = await startWaybill();
  const hold = await api.post('/v1/sending/hold', { raeson: 'x' });
  expect(hold.status).toBe(400);
  expect(JSON.stringify(hold.body)).toContain('reason is missing');
  const release = await api.post('/v1/sending/release', { reason: 'x', waiting: 'perhaps' });
  expect(release.status).toBe(400);
  expect(JSON.stringify(release.body)).toContain('/waiting');
});

it('tells that windows wait for repeated reports after a time without a process, and stays ready', async () => {
  const time = new SettableTime(Date.now());
  const ticking = setInterval(() => time.pass(TICK_MS), TICK_MS);
  try {
    const waybill = await startWaybill({ time });
    const id = await waybill.send(recipient('001'), { confirmWithinSeconds: 20 });
    await waybill.until(id, 'submitted');
    await waybill.stop();
    time.pass(30_000);
    await waybill.start();
    const shown = async (): Promise<object> => ({
      sending: (await waybill.api.get('/v1/sending')).as<{ awaitsReports: object | null }>(200)
        .awaitsReports,
      ready: (await waybill.api.get('/health/ready')).as<{
        parts: { sending: { awaitsReports: object | null } };
      }>(200).parts.sending.awaitsReports,
      figure: /^waybill_awaited_reports_seconds ([\d.]+)$/m.exec(
        (await waybill.api.get('/metrics')).text,
      )?.[1],
    });
    const wait = { since: expect.any(String), until: expect.any(String) };
    await eventually(async () => {
      expect(await shown()).toEqual({
        sending: wait,
        ready: wait,
        figure: expect.not.stringMatching(/^0$/),
      });
      return true;
    });
    expect((await waybill.message(id)).status).toBe('submitted');
    time.pass(50_000);
    await waybill.until(id, 'unconfirmed');
    expect(await shown()).toEqual({ sending: null, ready: null, figure: '0' });
  } finally {
    clearInterval(ticking);
  }
});
