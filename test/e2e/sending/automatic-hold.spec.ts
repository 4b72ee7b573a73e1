import { eventually } from '../../support/watching/eventually.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterEach(stopWaybills);

const MINUTE_MS = 60_000;
const PROBE_MS = 120_000;
const SENDS_PER_MINUTE = 4;

interface SendingAnswer extends Omit<SendingShown, 'waiting'> {
  readonly waiting: Readonly<Record<'high' | 'normal' | 'bulk', number>>;
}

interface SendingShown {
  readonly state: string;
  readonly since: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly until: string | null;
  readonly heldSenders: readonly { readonly channel: string; readonly from: string }[];
  readonly waiting: number;
}

/** Shows sending, with what waits in all lanes together. */
const sending = async ({ api }: Waybill): Promise<SendingShown> => {
  const shown = (await api.get('/v1/sending')).as<SendingAnswer>(200);
  const { high, normal, bulk } = shown.waiting;
  return { ...shown, waiting: high + normal + bulk };
};

/** The fallback would show as a message to this number. */
const fallbackTo = '447712345678';
const fallback = [{ channel: 'whatsapp', when: 'failure', from: '447700900001', to: fallbackTo }];

const callsTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.requests().filter((request) => request.to === to).length;

it('keeps every message of ten minutes without credit, and sends all of them afterwards', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const { sandbox } = waybill;
  sandbox.configure({ hasCredit: false });
  const to = recipient();
  const ids: string[] = [];
  let passedMs = 0;
  const pass = (milliseconds: number): void => {
    time.pass(milliseconds);
    passedMs += milliseconds;
  };
  let begun = 0;
  for (let minute = 0; minute < 10; minute++) {
    // 20 sends a second for ten minutes are 12,000; a few of each minute stand for all. Each wakes the dispatcher, which
    // then makes a probe that is due.
    for (let count = 0; count < SENDS_PER_MINUTE; count++) {
      ids.push(await waybill.send(to, { fallback }));
      await eventually(async () => (await sending(waybill)).waiting === ids.length);
      for (let second = 0; second < 60 / SENDS_PER_MINUTE; second++) pass(MINUTE_MS / 60);
    }
    const calls = sandbox.requests().length;
    if (minute === 0) {
      begun = calls;
    } else if (minute % 2 === 0) {
      // On a busy machine the clock of the test is ahead of the dispatcher, which is to make a probe in each two minutes.
      const due = begun + minute / 2;
      await eventually(async () => {
        if (sandbox.requests().length >= due) return true;
        pass(1_000);
        return false;
      });
    }
  }
  expect(begun).toBeLessThanOrEqual(SENDS_PER_MINUTE + 1);
  const probes = sandbox.requests().length - begun;
  expect(probes).toBeLessThanOrEqual(passedMs / PROBE_MS + 1);

  const held = await sending(waybill);
  expect(held).toMatchObject({ state: 'held', cause: 'configuration', by: 'the service' });
  expect(held.reason).toContain('out of credit (HTTP 402');
  const messages = await Promise.all(ids.map((id) => waybill.message(id)));
  for (const { status, explanation } of messages) {
    expect(['accepted', 'retrying']).toContain(status);
    expect(explanation).toContain(`Sending is held since ${held.since}`);
    expect(explanation).toContain('out of credit');
  }
  const refused = sandbox.requests().map(({ client_ref: ref }) => ref?.split('.')[0]);
  // Time stands still while the first messages become due, so one of them may be tried twice.
  expect(refused.length).toBeGreaterThan(3);
  expect(new Set(refused).size).toBeGreaterThanOrEqual(refused.length - 1);

  sandbox.configure({ hasCredit: true });
  await eventually(async () => {
    time.pass(1_000);
    return (await sending(waybill)).state === 'flowing';
  });
  for (const id of ids) {
    await eventually(async () => {
      time.pass(50);
      return (await waybill.message(id)).status === 'delivered';
    });
  }
  expect(callsTo(waybill, fallbackTo)).toBe(0);
  expect(sandbox.counters()).toMatchObject({
    messagesAccepted: ids.length,
    clientRefsSentTwice: 0,
  });
  const events = (await waybill.api.get('/v1/events')).lines as readonly {
    readonly stream: string;
    readonly type: string;
    readonly metadata: object;
  }[];
  const steering = events.filter(({ stream }) => stream === 'sending-main');
  expect(steering.map(({ type }) => type)).toEqual(['SendingHeld', 'SendingReleased']);
  for (const { metadata } of steering) expect(metadata).toMatchObject({ actor: 'the service' });
});

it('expires what waits too long while credentials are refused, and goes on after a restart', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  waybill.sandbox.configure({ acceptsCredentials: false });
  const first = await waybill.send(recipient());
  await waybill.until(first, 'retrying');
  await eventually(async () => (await sending(waybill)).state === 'held');
  expect((await sending(waybill)).reason).toContain('HTTP 401');
  const short = await waybill.send(recipient(), { ttlSeconds: 60, fallback });
  time.pass(61_000);
  await waybill.until(short, 'expired');
  await waybill.stop();
  waybill.sandbox.configure({ acceptsCredentials: true });
  await waybill.start();
  expect(await sending(waybill)).toMatchObject({ state: 'held', cause: 'configuration' });
  time.pass(PROBE_MS);
  await waybill.until(first, 'delivered');
  expect(await sending(waybill)).toMatchObject({ state: 'flowing', by: null, until: null });
  expect(callsTo(waybill, fallbackTo)).toBe(0);
});

it('holds only the sender and channel that Vonage refuses', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const blocked = '447700900009';
  waybill.sandbox.configure({ blockedSenders: [blocked] });
  const refused: string[] = [];
  for (let count = 0; count < 4; count++) {
    refused.push(await waybill.send(recipient(), { from: blocked, fallback }));
  }
  await eventually(async () => {
    time.pass(20);
    return (await sending(waybill)).heldSenders.length === 1;
  });
  const free = await waybill.send(recipient());
  await eventually(async () => {
    time.pass(20);
    return (await waybill.message(free)).status === 'delivered';
  });
  expect(await sending(waybill)).toMatchObject({
    state: 'flowing',
    heldSenders: [{ channel: 'sms', from: blocked, by: 'the service' }],
  });
  for (const id of refused) {
    const { status, explanation } = await waybill.message(id);
    expect(['accepted', 'retrying']).toContain(status);
    expect(explanation).toContain('Sending by this sender is held since');
  }
  const previewed = await waybill.api.post('/v1/messages/preview', {
    to: recipient(),
    from: blocked,
    text: 'x',
  });
  expect(previewed.as<object>(200)).toMatchObject({
    allowed: true,
    held: { cause: 'configuration', by: 'the service' },
    explanation: expect.stringContaining('sending by this sender is held since'),
  });
  const calls = waybill.sandbox.requests().length;
  time.pass(PROBE_MS - 20_000);
  expect(waybill.sandbox.requests()).toHaveLength(calls);
  waybill.sandbox.configure({ blockedSenders: [] });
  for (const id of refused) {
    await eventually(async () => {
      time.pass(250);
      return (await waybill.message(id)).status === 'delivered';
    });
  }
  expect((await sending(waybill)).heldSenders).toEqual([]);
  expect(callsTo(waybill, fallbackTo)).toBe(0);
});

it('lets an operator release what was held automatically, and keep what was', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  waybill.sandbox.configure({ hasCredit: false });
  const id = await waybill.send(recipient());
  await eventually(async () => (await sending(waybill)).cause === 'configuration');
  await waybill.api.post('/v1/sending/hold', { reason: 'Looked into.' });
  expect(await sending(waybill)).toMatchObject({ cause: 'operator', until: null });
  waybill.sandbox.configure({ hasCredit: true });
  const calls = waybill.sandbox.requests().length;
  time.pass(10 * PROBE_MS);
  await eventually(async () => (await sending(waybill)).waiting === 1);
  expect(waybill.sandbox.requests()).toHaveLength(calls);
  await waybill.api.post('/v1/sending/release', { reason: 'Paid.' });
  await eventually(async () => {
    time.pass(20);
    return (await waybill.message(id)).status === 'delivered';
  });
});

it('fails one message only for a report with an error of the account', async () => {
  const waybill = await startWaybill();
  waybill.sandbox.tellStory({ story: 'rejected', code: '1251' });
  const rejected = await waybill.send(recipient());
  await waybill.until(rejected, 'rejected');
  expect((await sending(waybill)).state).toBe('flowing');
  await waybill.until(await waybill.send(recipient()), 'delivered');
});
