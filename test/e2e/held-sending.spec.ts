import { expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/waybill.js';

afterEach(stopWaybills);

interface SendingShown {
  readonly state: string;
  readonly since: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly waiting: number;
  readonly oldestWaitingSeconds: number | null;
}

const sending = async ({ api }: Waybill): Promise<SendingShown> =>
  (await api.get('/v1/sending')).as<SendingShown>(200);

const sentTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.messages().filter((one) => one.to === to).length;

it('hands nothing to Vonage from the answer to a hold until a release, also after a restart', async () => {
  const waybill = await startWaybill();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect(await sending(waybill)).toMatchObject({ state: 'flowing', since: null, waiting: 0 });
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

it('names every fault of a hold and of a release', async () => {
  const { api } = await startWaybill();
  const hold = await api.post('/v1/sending/hold', { raeson: 'x' });
  expect(hold.status).toBe(400);
  expect(JSON.stringify(hold.body)).toContain('reason is missing');
  const release = await api.post('/v1/sending/release', { reason: 'x', waiting: 'perhaps' });
  expect(release.status).toBe(400);
  expect(JSON.stringify(release.body)).toContain('/waiting');
});
