import { LRUCache } from 'lru-cache';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { openLedger } from '../../../src/adapters/event-store/event-store.module.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { MessageLedger, type MessageAsOf } from '../../../src/application/message-ledger.js';
import { requireSound } from '../../../src/application/sending/compose-request.js';
import { SendMessage } from '../../../src/application/sending/send-message.js';
import { admitsAll } from '../../support/doubles/admits-all.js';
import { requestIdsOn } from '../../support/worlds/message-ledger.js';
import { eventually } from '../../support/watching/eventually.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterAll(stopWaybills);

/** Writes the ledger of a process that died between the start of a call and its outcome. */
async function crashInTheMiddleOfACall(waybill: Waybill, to: string): Promise<string> {
  const { store } = await openLedger(waybill.config.eventStore);
  const minutesAgo = { now: () => new Date(Date.now() - 120_000) };
  const ledger = new MessageLedger(
    store,
    {
      clock: minutesAgo,
      monotonic: monotonicClock,
      identifiers: uuidIdentifiers,
      random: Math.random,
    },
    waybill.config.retryPolicy,
    new LRUCache<string, MessageAsOf>({ max: 10 }),
  );
  const sending = new SendMessage(
    ledger,
    requestIdsOn(ledger),
    minutesAgo,
    { from: '447700900001', confirmWithinSeconds: 1800, country: null, retainPersonalDays: null },
    admitsAll,
  );
  const message = requireSound(sending.compose({ to, text: 'Your parcel is here.' }));
  const { messageId } = await sending.execute(message, { actor: undefined }, undefined);
  await ledger.handle(messageId, { type: 'StartAttempt', messageId }, { source: 'dispatcher' });
  await store.close();
  return messageId;
}

it('calls an attempt unknown that a crash cut off, never sends it again, and lets a report settle it', async () => {
  const waybill = await startWaybill({ started: false });
  const to = recipient();
  const id = await crashInTheMiddleOfACall(waybill, to);
  await waybill.start();
  const message = await waybill.until(id, 'unknown');
  expect(message.explanation).toMatch(/not known whether Vonage took the message.*process/);
  // Everything else is sent meanwhile.
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect(waybill.sandbox.sendsByClientRef()).not.toHaveProperty([`${id}.1`]);
  expect(waybill.sandbox.requests().filter((one) => one.to === to)).toEqual([]);
  waybill.sandbox.sendStatus({ status: 'delivered', to, client_ref: `${id}.1` });
  expect(await waybill.until(id, 'delivered')).toMatchObject({ attempts: [{ number: 1 }] });
  expect(await waybill.history(id)).toEqual([
    'MessageRequested',
    'AttemptStarted',
    'AttemptOutcomeUnknown',
    'StatusReported',
  ]);
  await waybill.end();
});

it('goes on after a restart with what was accepted, scheduled and retrying before', async () => {
  const waybill = await startWaybill({ vonage: { requestsPerSecond: 20 } });
  const ids = await Promise.all(Array.from({ length: 20 }, () => waybill.send(recipient())));
  const scheduled = await waybill.send(recipient(), {
    sendAt: new Date(Date.now() + 1_500).toISOString(),
  });
  await waybill.stop();
  await waybill.start();
  for (const id of [...ids, scheduled]) await waybill.until(id, 'delivered');
  expect(waybill.sandbox.counters().clientRefsSentTwice).toBe(0);
  await waybill.end();
});

it('stops in the middle of load and loses and doubles nothing', async () => {
  const waybill = await startWaybill({ vonage: { requestsPerSecond: 100 } });
  const acknowledged: string[] = [];
  const acknowledgedReports: string[] = [];
  const refusals = new Set<number>();
  let stopping = false;
  const { url, api } = waybill;
  const webhooks = new SignedWebhooks(url, waybill.config);

  const keepSending = async (): Promise<void> => {
    for (;;) {
      const answer = await api
        .post('/v1/messages', { to: '447700900123', text: 'x' })
        .catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 202) acknowledged.push((answer.body as { id: string }).id);
      else refusals.add(answer.status);
      if (stopping && answer.status !== 202) return;
    }
  };
  const keepReporting = async (): Promise<void> => {
    for (;;) {
      const body = statusBody('delivered');
      const answer = await webhooks.post('status', body).catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 204) acknowledgedReports.push(String(body['message_uuid']));
      else refusals.add(answer.status);
      if (stopping && answer.status !== 204) return;
    }
  };
  const load = [
    ...Array.from({ length: 4 }, keepSending),
    ...Array.from({ length: 4 }, keepReporting),
  ];
  await eventually(() => acknowledged.length > 50 && acknowledgedReports.length > 50);
  stopping = true;
  await waybill.stop();
  await Promise.all(load);
  expect([...refusals].filter((status) => status !== 503)).toEqual([]);

  await waybill.start();
  for (const uuid of acknowledgedReports) {
    expect(await waybill.message(uuid)).toMatchObject({ status: 'delivered', revision: 0 });
  }
  for (const id of acknowledged) await waybill.until(id, 'delivered');
  const sends = Object.values(waybill.sandbox.sendsByClientRef());
  expect(sends).toHaveLength(acknowledged.length);
  expect(sends.every((times) => times === 1)).toBe(true);
  await waybill.end();
});

it('does not keep a caller, and so the shutdown, waiting for a call that will not be made', async () => {
  // The pace would allow the second call only after the test.
  const waybill = await startWaybill({ vonage: { requestsPerSecond: 1 / 60 } });
  await waybill.until(await waybill.send(recipient()), 'delivered');
  const waiting = waybill.trySend({ to: recipient() }, { prefer: 'wait=30' });
  await eventually(async () => {
    const list = await waybill.api.get('/v1/messages?status=accepted');
    return list.as<{ items: object[] }>(200).items.length === 1;
  });
  await waybill.stop();
  // A caller that delays the stop is cut off, and gets no answer.
  expect((await waiting).as(202)).toMatchObject({ status: 'accepted', attempts: [] });
  await waybill.end();
});

it('ends the streams that are open when it stops', async () => {
  const waybill = await startWaybill();
  const response = await fetch(`${waybill.url}/v1/stream`);
  const reader = response.body?.getReader();
  await reader?.read();
  await waybill.stop();
  // A stream that is cut off does not end properly: its reader fails.
  const ending = await eventually(async () => {
    const read = await reader?.read();
    return read?.done === true && read;
  });
  expect(ending.value).toBeUndefined();
  await waybill.end();
});
