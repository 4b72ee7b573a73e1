import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** The sandbox reports no delivery for it. */
const SILENT = '001';
const OUTAGE_MS = 600_000;
const WINDOW_SECONDS = 60;

afterAll(stopWaybills);

const fallback = [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001' }];

async function sendSilently(waybill: Waybill, time: SettableTime): Promise<string> {
  const more = { confirmWithinSeconds: WINDOW_SECONDS, fallback };
  const id = await waybill.send(recipient(SILENT), more);
  await eventually(async () => {
    // The pace lets one message go after the other.
    time.pass(10);
    return (await waybill.message(id)).status === 'submitted';
  });
  return id;
}

it('waits for the reports that Vonage repeats before it closes the windows that an outage outlasted', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const [reported, unheard] = [
    await sendSilently(waybill, time),
    await sendSilently(waybill, time),
  ];
  await eventually(async () => {
    const { body } = await waybill.api.get('/v1/messages?status=submitted');
    return (body as { items: object[] }).items.length === 2;
  });
  await waybill.stop();
  time.pass(OUTAGE_MS);
  await waybill.start();

  await eventually(async () =>
    /^waybill_agenda_stepped_over 2$/m.test((await waybill.api.get('/metrics')).text),
  );
  const { attempts, to } = await waybill.message(reported);
  const delivered = statusBody('delivered', {
    message_uuid: attempts[0]?.messageUuid,
    client_ref: `${reported}.1`,
    to,
    timestamp: new Date().toISOString(),
  });
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', delivered)).status).toBe(204);

  const since = await sendSilently(waybill, time);
  time.pass(1_000 * (WINDOW_SECONDS + 1));
  // The outage does not extend the window of a message that was sent after the start.
  await eventually(async () => (await waybill.history(since)).includes('FallbackStarted'));
  expect(await waybill.history(unheard)).not.toContain('FallbackStarted');

  time.pass(OUTAGE_MS);
  await eventually(async () => (await waybill.history(unheard)).includes('FallbackStarted'));
  expect(await waybill.history(reported)).not.toContain('FallbackStarted');
  expect((await waybill.message(reported)).status).toBe('delivered');
  await waybill.end();
});

it('begins no fallback because a repeated report says that a call without an answer was taken: the next one may say delivered', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const sendLost = async (): Promise<string> => {
    const to = recipient();
    waybill.sandbox.tellStory({ to, answer: { kind: 'reset' }, uses: 1 });
    const id = await waybill.send(to, { confirmWithinSeconds: WINDOW_SECONDS, fallback });
    await eventually(async () => {
      time.pass(10);
      return (await waybill.message(id)).status === 'unknown';
    });
    return id;
  };
  const ids = [await sendLost(), await sendLost()] as const;
  await waybill.stop();
  time.pass(OUTAGE_MS);
  await waybill.start();
  await eventually(async () =>
    /^waybill_agenda_stepped_over 2$/m.test((await waybill.api.get('/metrics')).text),
  );
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const uuids = new Map(ids.map((id) => [id, randomUUID()]));
  const tell = async (status: 'submitted' | 'delivered', id: string): Promise<void> => {
    const named = { message_uuid: uuids.get(id), client_ref: `${id}.1` };
    const body = statusBody(status, { ...named, timestamp: new Date().toISOString() });
    expect((await webhooks.post('status', body)).status).toBe(204);
  };
  for (const id of ids) {
    await tell('submitted', id);
    expect(await waybill.message(id)).toMatchObject({ status: 'submitted' });
  }
  await tell('delivered', ids[0]);
  expect(await waybill.message(ids[0])).toMatchObject({ status: 'delivered' });
  expect(await waybill.history(ids[0])).not.toContain('FallbackStarted');
  time.pass(OUTAGE_MS + 1_000 * WINDOW_SECONDS);
  await eventually(async () => (await waybill.history(ids[1])).includes('FallbackStarted'));
  await waybill.end();
});

it('waits for them too when it was started anew after something was recorded', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const id = await sendSilently(waybill, time);
  await waybill.stop();
  time.pass(OUTAGE_MS);
  await waybill.start();
  const since = await sendSilently(waybill, time);
  await waybill.stop();
  await waybill.start();

  time.pass(1_000 * (WINDOW_SECONDS + 1));
  await eventually(async () => (await waybill.history(since)).includes('FallbackStarted'));
  expect(await waybill.history(id)).not.toContain('FallbackStarted');
  time.pass(OUTAGE_MS);
  await eventually(async () => (await waybill.history(id)).includes('FallbackStarted'));
  await waybill.end();
});

it('waits for them before it sends a fallback that was due when the outage began', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const id = await sendSilently(waybill, time);
  await waybill.api.post('/v1/sending/hold', { reason: 'a test' });
  time.pass(1_000 * (WINDOW_SECONDS + 1));
  await eventually(async () => {
    const { body } = await waybill.api.get('/v1/messages?status=retrying');
    return (body as { items: object[] }).items.length === 1;
  });
  await waybill.stop();
  time.pass(OUTAGE_MS);
  await waybill.start();
  expect((await waybill.api.post('/v1/sending/release', { reason: 'a test' })).status).toBe(200);

  await eventually(async () => {
    time.pass(10);
    const { text } = await waybill.api.get('/metrics');
    const { attempts } = await waybill.message(id);
    return /^waybill_agenda_stepped_over 1$/m.test(text) || attempts.length === 2;
  });
  const { attempts, to } = await waybill.message(id);
  expect(attempts).toHaveLength(1);
  const named = { message_uuid: attempts[0]?.messageUuid, client_ref: `${id}.1`, to };
  const delivered = statusBody('delivered', { ...named, timestamp: new Date().toISOString() });
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', delivered)).status).toBe(204);
  time.pass(OUTAGE_MS);
  await sendSilently(waybill, time);
  expect(await waybill.message(id)).toMatchObject({ status: 'delivered', attempts: [{}] });
  await waybill.end();
});

it('waits for the reports that it refused while its ledger was away, although it ran itself', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  const id = await sendSilently(waybill, time);
  const { attempts, to } = await waybill.message(id);
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const tellDelivered = async (): Promise<number> => {
    const named = { message_uuid: attempts[0]?.messageUuid, client_ref: `${id}.1`, to };
    const body = statusBody('delivered', { ...named, timestamp: new Date().toISOString() });
    return (await webhooks.post('status', body)).status;
  };
  const away = new DatabaseSync(join(waybill.directory, 'ledger.sqlite'), { timeout: 30_000 });
  away.exec('BEGIN IMMEDIATE');
  expect(await tellDelivered()).toBe(503);
  // The window ends in the second of these times.
  for (let times = 0; times < 2; times++) {
    time.pass(1_000 * (WINDOW_SECONDS - 10));
    expect(await tellDelivered()).toBe(503);
  }
  away.exec('ROLLBACK');
  away.close();

  // Either the timer puts the end of the window off, or the fallback begins.
  await eventually(async () => {
    const { text } = await waybill.api.get('/metrics');
    const events = await waybill.history(id);
    return /^waybill_agenda_stepped_over 1$/m.test(text) || events.includes('FallbackStarted');
  });
  expect(await waybill.history(id)).not.toContain('FallbackStarted');
  expect(await tellDelivered()).toBe(204);
  expect(await waybill.message(id)).toMatchObject({ status: 'delivered' });
  expect(await waybill.history(id)).not.toContain('FallbackStarted');
  await waybill.end();
});
