import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { verifyWebhook, WebhookRefused } from '../src/client.js';

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const event = {
  type: 'message.status_changed',
  timestamp: '2030-01-31T09:30:00.000Z',
  data: { id: 'a', status: 'delivered', text: 'Grüße 😀', stream: 'message-a', revision: 4 },
};
const body = JSON.stringify(event);
const id = 'event_message_status_changed';

/** Signed by the specification's own library. */
const signed = (of: string = body, at = new Date(), ...secrets: string[]) => ({
  'content-type': 'application/json',
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': [...secrets, secret]
    .map((key) => new Webhook(key).sign(id, at, of))
    .join(' '),
});

it('returns the event of a genuine webhook, from text and from bytes', async () => {
  for (const arrived of [body, Buffer.from(body), new TextEncoder().encode(body)]) {
    expect(await verifyWebhook(secret, signed(), arrived)).toEqual({ ...event, id });
    expect(await verifyWebhook(secret, new Headers(signed()), arrived)).toEqual({ ...event, id });
  }
});

it('takes a large body', async () => {
  const large = JSON.stringify({ ...event, data: { text: 'x'.repeat(1_000_000) } });
  expect((await verifyWebhook(secret, signed(large), large)).data['text']).toHaveLength(1_000_000);
});

it('takes any of the signatures while the secret is rotated', async () => {
  const headers = signed(body, new Date(), newSecret(), newSecret());
  expect(await verifyWebhook(secret, headers, body)).toEqual({ ...event, id });
});

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

it.each<[string, Record<string, string | undefined>, string]>([
  ['an altered body', signed(), body.replace('delivered', 'rejected')],
  ['another id', { ...signed(), 'webhook-id': 'another' }, body],
  [
    'another time',
    { ...signed(), 'webhook-timestamp': String(Math.floor(Date.now() / 1000) - 9) },
    body,
  ],
  [
    'a secret of somebody else',
    { ...signed(), 'webhook-signature': new Webhook(newSecret()).sign(id, new Date(), body) },
    body,
  ],
  [
    'a signature of another version',
    { ...signed(), 'webhook-signature': signed()['webhook-signature'].replace('v1,', 'v2,') },
    body,
  ],
  ['a signature that is no Base64', { ...signed(), 'webhook-signature': 'v1,*' }, body],
  ['no signature', { ...signed(), 'webhook-signature': undefined }, body],
  ['no id', { ...signed(), 'webhook-id': '' }, body],
  ['no time', { ...signed(), 'webhook-timestamp': 'now' }, body],
  ['a webhook that was held up', signed(body, minutesAgo(6)), body],
  ['a webhook of the future', signed(body, minutesAgo(-6)), body],
])('refuses %s', async (_, headers, arrived) => {
  await expect(verifyWebhook(secret, headers, arrived)).rejects.toThrow(WebhookRefused);
});

it.each(['', 'whsec_', 'whsec_*'])('says that %j is no secret', async (wrong) => {
  await expect(verifyWebhook(wrong, signed(), body)).rejects.toThrow(TypeError);
});

it.each([[event], [Uint8Array.from(Buffer.from(body)).buffer], [undefined]])(
  'says of a body that is neither text nor bytes what it must be',
  async (wrong) => {
    const arrived = wrong as unknown as string;
    await expect(verifyWebhook(secret, signed(), arrived)).rejects.toThrow(
      new TypeError('The body must be a string or a Uint8Array: as it arrived, not parsed.'),
    );
  },
);
