import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const keywordAnswers = {
  stop: 'You get no more texts.',
  start: 'You get our texts again.',
  help: 'Call 0800 123456.',
};

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill({ config: { keywordAnswers } });
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const post = async (body: Readonly<Record<string, unknown>>): Promise<void> => {
  expect((await webhooks.post('inbound', body)).status).toBe(204);
};

const text = (from: string, words: string, secondsAgo = 0): Readonly<Record<string, unknown>> =>
  inboundBody({
    from,
    text: words,
    timestamp: new Date(Date.now() - 1000 * secondsAgo).toISOString(),
  });

/** The texts that went to a number, oldest first, once everything before now is in the lists. */
async function textsTo(number: string): Promise<readonly string[]> {
  const mark = await waybill.send(recipient());
  await eventually(async () => {
    const { body } = await waybill.api.get('/v1/messages');
    return JSON.stringify(body).includes(mark);
  });
  const { conversation } = (await waybill.api.get(`/v1/contacts/${number}`)).as<{
    conversation: { items: readonly { direction: string; text: string }[] };
  }>(200);
  return conversation.items
    .filter(({ direction }) => direction === 'outbound')
    .map((item) => item.text);
}

it('confirms the first STOP once, whatever is repeated, and says nothing more', async () => {
  const from = recipient();
  const stop = text(from, 'STOP', 5);
  await post(stop);
  await post(stop);
  await post(text(from, 'stop', 3));
  await post(text(from, 'Help', 1));
  expect(await textsTo(from)).toEqual([keywordAnswers.stop]);
  await eventually(() => waybill.sandbox.requests().some(({ to }) => to === from));
  expect(waybill.sandbox.requests().filter(({ to }) => to === from)).toHaveLength(1);
  expect((await waybill.trySend({ to: from })).status).toBe(409);
});

it('answers START and HELP of whoever may be written to', async () => {
  const from = recipient();
  await post(text(from, 'HELP', 9));
  await post(text(from, 'STOP', 6));
  await post(text(from, 'START', 3));
  expect(await textsTo(from)).toEqual([
    keywordAnswers.help,
    keywordAnswers.stop,
    keywordAnswers.start,
  ]);
});

it('answers nothing that is old, and no other text', async () => {
  const from = recipient();
  await post(text(from, 'STOP', 301));
  expect((await waybill.trySend({ to: from })).status).toBe(409);
  await post(text(from, 'UNSTOP', 300));
  await post(text(from, 'Does it stop?'));
  await post(text(from, 'Thank you'));
  expect(await textsTo(from)).toEqual([]);
});
