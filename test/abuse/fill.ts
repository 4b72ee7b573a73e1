import { randomUUID } from 'node:crypto';
import type { Target } from './attack.js';

const BATCHES = 5;
const BATCH_MESSAGES = 1_000;
const INBOUND = 500;

/** Gives a service something to list and to export, and holds sending, so that only the attacks cost time. */
export async function fill(target: Target): Promise<void> {
  await expectAnswer(target, '/v1/sending/hold', { reason: 'An attack is tried.' }, 200);
  for (let batch = 0; batch < BATCHES; batch++) {
    const messages = Array.from({ length: BATCH_MESSAGES }, (_, index) => ({
      to: '+447700980000',
      text: `This is message ${index} of batch ${batch}. ${'It says more. '.repeat(20)}`,
      reference: `batch-${batch}`,
    }));
    await expectAnswer(target, '/v1/messages/batch', { messages }, 202);
  }
  for (let message = 0; message < INBOUND; message++) {
    const body = inboundBody(message);
    const authorization = `Bearer ${target.sign(body)}`;
    const status = await target.post('/webhooks/inbound', body, { Authorization: authorization });
    if (status !== 204) throw new Error(`a webhook was answered with ${status}`);
  }
}

async function expectAnswer(
  target: Target,
  path: string,
  body: object,
  expected: number,
): Promise<void> {
  const status = await target.post(path, Buffer.from(JSON.stringify(body)));
  if (status !== expected) throw new Error(`POST ${path} was answered with ${status}`);
}

const inboundBody = (number: number): Buffer =>
  Buffer.from(
    JSON.stringify({
      message_uuid: randomUUID(),
      to: '447700900001',
      from: '447700900123',
      timestamp: new Date().toISOString(),
      channel: 'sms',
      message_type: 'text',
      text: `Where is parcel ${number}? ${'I wait for it. '.repeat(100)}`,
    }),
  );
