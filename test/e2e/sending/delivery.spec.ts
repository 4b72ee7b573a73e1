import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;

beforeAll(async () => {
  // No answer takes that long on a machine that is busy with other work.
  waybill = await startWaybill({ vonage: { timeoutMs: 60_000 } });
});

afterAll(stopWaybills);

it('sends a message and follows it until it is delivered', async () => {
  const to = recipient();
  const answer = await waybill.trySend({ to: `+${to}`, reference: 'order-1017' });
  expect(answer.status).toBe(202);
  const sent = answer.body as { readonly id: string };
  expect(answer.headers.get('location')).toBe(`/v1/messages/${sent.id}`);
  expect(sent).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
    status: 'accepted',
    to,
    from: '447700900001',
    channel: 'sms',
    segments: { encoding: 'GSM-7', count: 1 },
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  const { id } = sent;
  const message = await waybill.until(id, 'delivered');
  const [known] = waybill.sandbox.messages().filter((one) => one.to === to);
  expect(message).toMatchObject({
    id,
    final: true,
    contradicted: false,
    origin: 'waybill',
    text: 'Your parcel is here.',
    reference: 'order-1017',
    country: 'GB',
    explanation: expect.stringContaining('the phone has the message'),
    attempts: [
      {
        number: 1,
        status: 'delivered',
        messageUuid: known?.message_uuid,
        error: null,
        submittedAt: expect.any(String),
        deliveredAt: expect.any(String),
        usage: { currency: 'EUR', price: expect.any(String) },
      },
    ],
  });
  expect(known?.client_ref).toBe(`${id}.1`);
  expect(await waybill.history(id)).toEqual([
    'MessageRequested',
    'AttemptStarted',
    'AttemptAccepted',
    'StatusReported',
    'StatusReported',
  ]);
});
