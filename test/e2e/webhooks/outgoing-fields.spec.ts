import { noDayLimits } from '../../../src/domain/limits/day-limits.js';
import { outgoingTypes } from '../../../src/domain/webhooks/endpoint-events.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { inboundBody, SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import { projectFile } from '../../support/files/project-file.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let waybill: Waybill;
let receiver: WebhookReceiver;

beforeAll(async () => {
  const limits = { ...noDayLimits, messagesPerRecipientHour: 1 };
  waybill = await startWaybill({ config: { limits } });
  receiver = await WebhookReceiver.start();
  const endpoint = { url: receiver.url, events: outgoingTypes };
  const made = await waybill.api.post('/v1/webhook-endpoints', endpoint);
  const { id, secret } = made.as<{ readonly id: string; readonly secret: string }>(201);
  receiver.secret = secret;
  await waybill.api.post(`/v1/webhook-endpoints/${id}/test`);
});

afterAll(async () => {
  receiver.close();
  await stopWaybills();
});

/** The fields of each event as the docs name them; those with a question mark are not always there. */
const documented = new Map(
  [...projectFile('docs/operations.md').matchAll(/^\| `([a-z]+\.[a-z_]+)` +\| (.*?) +\|$/gm)].map(
    ([, type = '', fields = '']) => [
      type,
      [...fields.matchAll(/`(\w+\??)`/g)].map(([, name = '']) => name),
    ],
  ),
);

const told = (type: string): boolean => receiver.received.some((one) => one.type === type);

it('documents each event', () => {
  expect([...documented.keys()].toSorted()).toEqual([...outgoingTypes, 'endpoint.test'].toSorted());
});

it('posts the fields that the docs name, and no others', async () => {
  await waybill.send('447700980006');
  const [cut, from] = [recipient(), recipient()];
  waybill.sandbox.tellStory({ to: cut, answer: { kind: 'reset' }, uses: 1 });
  const unknown = await waybill.send(cut);
  await waybill.until(unknown, 'unknown');
  const decision = { outcome: 'abandon', reason: 'She called.' };
  await waybill.api.post(`/v1/messages/${unknown}/resolve`, decision);
  expect((await waybill.api.post('/v1/messages', { to: cut, text: 'x' })).status).toBe(429);
  for (const provider of [{ provider: 'email' }, {}]) {
    for (const step of ['hold', 'release']) {
      await waybill.api.post(`/v1/sending/${step}`, { reason: 'A test.', ...provider });
    }
  }
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  for (const text of ['Stop', 'Start']) await webhooks.post('inbound', inboundBody({ from, text }));
  // An erasure cancels deliveries that wait, so the test waits for both before it erases the person.
  await eventually(() => told('contact.opted_in') && told('contact.opted_out'));
  await waybill.api.call('DELETE', `/v1/contacts/${from}/data`, { reason: 'Asked for it.' });
  const isErased = () => receiver.received.some(({ data }) => data['about'] === 'person');
  await eventually(() => isErased() && [...documented.keys()].every(told), { withinMs: 30_000 });
  const posted = new Map<string, Set<string>>();
  for (const { type, data } of receiver.received) {
    const names = posted.get(type) ?? new Set();
    for (const name of Object.keys(data)) names.add(name);
    posted.set(type, names);
    const needed = documented.get(type)?.filter((name) => !name.endsWith('?'));
    expect([type, Object.keys(data)]).toEqual([type, expect.arrayContaining(needed ?? [])]);
  }
  for (const [type, names] of posted) {
    const order = type === 'endpoint.test' ? [] : ['stream', 'revision'];
    const known = [...order, ...(documented.get(type) ?? [])].map((name) => name.replace('?', ''));
    expect([type, [...names].toSorted()]).toEqual([type, known.toSorted()]);
  }
});
