import webPush from 'web-push';
import { eventually } from '../../support/watching/eventually.js';
import { inboundBody, SignedWebhooks } from '../../support/facts/signed-webhooks.js';
import {
  emailThrough,
  startMailServer,
  type MailServer,
} from '../../support/doubles/mail-server.js';
import { startPushService, type PushService } from '../../support/doubles/push-service.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** The sandbox reports failure 1260 for it. */
const UNREACHABLE = '003';

let mail: MailServer;
let browsers: PushService;
const vapid = webPush.generateVAPIDKeys();
let waybill: Waybill;

beforeAll(async () => {
  [mail, browsers] = await Promise.all([startMailServer(), startPushService()]);
  waybill = await startWaybill({
    config: {
      email: emailThrough(mail.url),
      push: {
        webPush: { ...vapid, subject: 'mailto:push@shop.example', allowsPrivateNetworks: true },
        fcm: null,
      },
      sendingProbeSeconds: 1,
    },
  });
});

afterAll(async () => {
  await stopWaybills();
  await Promise.all([mail.close(), browsers.close()]);
});

afterEach(() => {
  mail.script = {};
});

let addresses = 0;
const newAddress = (): string => `person${++addresses}@home.example`;
const byEmail = (to: string, more: object = {}) => [
  { channel: 'email', when: 'failure', to, ...more },
];
const mailsTo = (to: string) => mail.received.filter((one) => one.to === to);

it('reaches by e-mail a person whom no text reaches, and ends at submitted', async () => {
  const to = newAddress();
  const id = await waybill.send(recipient(UNREACHABLE), {
    fallback: byEmail(to, { subject: 'Your parcel' }),
  });

  const message = await waybill.until(id, 'submitted');
  expect(message).toMatchObject({
    final: false,
    explanation: expect.stringContaining('The mail server took the message. It never tells'),
    attempts: [
      { channel: 'sms', status: 'undeliverable', externalId: null },
      {
        channel: 'email',
        status: 'submitted',
        messageUuid: null,
        externalId: `<${id}.2@shop.example>`,
        submittedAt: expect.any(String),
      },
    ],
  });
  expect((await waybill.history(id)).slice(-3)).toEqual([
    'FallbackStarted',
    'AttemptStarted',
    'AttemptAccepted',
  ]);
  const [sent] = mailsTo(to);
  expect(sent?.headers.get('message-id')).toBe(`<${id}.2@shop.example>`);
  expect(sent?.headers.get('subject')).toBe('Your parcel');
  expect(sent?.body).toBe('Your parcel is here.');
  const listed = await eventually(async () => {
    const { items } = (await waybill.api.get('/v1/messages?status=submitted')).as<{
      items: { id: string }[];
    }>(200);
    return items.find((one) => one.id === id);
  });
  expect(listed).toBeDefined();
  expect(waybill.log.lines.join()).not.toContain(to);
});

it('tries again a mail server that asks for it, under the Message-ID of the next attempt', async () => {
  const to = newAddress();
  let refusals = 0;
  mail.script = { onRecipient: () => (refusals++ < 2 ? 451 : undefined) };
  const id = await waybill.send(recipient(UNREACHABLE), { fallback: byEmail(to) });

  const { attempts } = await waybill.until(id, 'submitted');
  expect(attempts.map(({ channel, status }) => `${channel} ${status}`)).toEqual([
    'sms undeliverable',
    'email failed',
    'email failed',
    'email submitted',
  ]);
  expect(mailsTo(to).map(({ headers }) => headers.get('message-id'))).toEqual([
    `<${id}.4@shop.example>`,
  ]);
});

it('goes on with the next step where the mail server refuses for good', async () => {
  const to = newAddress();
  mail.script = { onRecipient: () => 550, words: `5.1.1 <${to}> is unknown` };
  const id = await waybill.send(recipient(UNREACHABLE), {
    fallback: [
      ...byEmail(to),
      { channel: 'whatsapp', when: 'failure', from: '447700900001', to: recipient() },
    ],
  });

  const { attempts } = await waybill.until(id, 'delivered');
  expect(attempts.map(({ channel }) => channel)).toEqual(['sms', 'email', 'whatsapp']);
  expect(attempts[1]?.error).toMatchObject({
    class: 'permanent',
    title: 'The mail server refused the e-mail for good (SMTP 550 5.1.1).',
  });
  expect(waybill.log.lines.join()).not.toContain(to);
});

it('fails under the code of the mail server, by which it is found', async () => {
  mail.script = { onRecipient: () => 550 };
  const fallback = byEmail(newAddress());
  const id = await waybill.send(recipient(UNREACHABLE), { fallback });

  await waybill.until(id, 'failed');
  const found = await eventually(async () => {
    const answer = await waybill.api.get('/v1/messages?errorCode=%20smtp-550');
    return answer.as<{ items: { id: string }[] }>(200).items.find((one) => one.id === id);
  });
  expect(found).toBeDefined();
});

it('never repeats by itself an e-mail that was cut off after its text', async () => {
  const to = newAddress();
  mail.script = { onText: () => 'cut' };
  const id = await waybill.send(recipient(UNREACHABLE), {
    confirmWithinSeconds: 1,
    fallback: [
      ...byEmail(to),
      { channel: 'whatsapp', when: 'unconfirmed', from: '447700900001', to: recipient() },
    ],
  });

  const { attempts } = await waybill.until(id, 'delivered');
  expect(attempts.map(({ channel, status }) => `${channel} ${status}`)).toEqual([
    'sms undeliverable',
    'email unknown',
    'whatsapp delivered',
  ]);
  expect(mailsTo(to)).toHaveLength(1);
  const unknown = (await waybill.events(id)).find(({ type }) => type === 'AttemptOutcomeUnknown');
  expect(unknown?.data['reason']).toContain(`<${id}.2@shop.example>`);
});

it('holds e-mail alone while the mail server does not accept the sender, and probes it', async () => {
  const to = newAddress();
  mail.script = { onSender: () => 550 };
  const id = await waybill.send(recipient(UNREACHABLE), { fallback: byEmail(to) });
  await eventually(async () => {
    const { attempts, status } = await waybill.message(id);
    return status === 'retrying' && attempts.length >= 2;
  });

  await waybill.until(await waybill.send(recipient()), 'delivered');
  // A probe may be under way.
  await eventually(async () =>
    (await waybill.message(id)).explanation.includes('Sending by this sender is held'),
  );
  mail.script = {};
  await waybill.until(id, 'submitted');
  expect(mailsTo(to)).toHaveLength(1);
});

interface ProviderShown {
  readonly provider: string;
  readonly state: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly pace: { readonly permitted: number; readonly current: number };
}

interface SendingShown extends Omit<ProviderShown, 'provider'> {
  readonly providers: readonly ProviderShown[];
}

const sending = async (): Promise<SendingShown> =>
  (await waybill.api.get('/v1/sending')).as<SendingShown>(200);

const stateOf = async (provider: string): Promise<ProviderShown | undefined> =>
  (await sending()).providers.find((one) => one.provider === provider);

const steer = async (act: 'hold' | 'release', body: object) =>
  (await waybill.api.post(`/v1/sending/${act}`, { reason: 'A test.', ...body })).as(200);

const isRetrying = async (id: string): Promise<boolean> => {
  const { attempts, status } = await waybill.message(id);
  return status === 'retrying' && attempts.length >= 2;
};

it('lets texts go on while the mail server does not accept our password', async () => {
  const to = newAddress();
  mail.script = { onSender: () => 535 };
  const id = await waybill.send(recipient(UNREACHABLE), { fallback: byEmail(to) });
  await eventually(() => isRetrying(id));
  await eventually(async () => (await stateOf('email'))?.state === 'held');

  expect(await stateOf('email')).toMatchObject({
    cause: 'configuration',
    reason: expect.stringContaining('does not accept us (SMTP 535)'),
    by: 'the service',
    pace: { permitted: 1_000 },
  });
  expect(await sending()).toMatchObject({ state: 'flowing' });
  await waybill.until(await waybill.send(recipient()), 'delivered');
  const ready = (await waybill.api.get('/health/ready')).as<{ sending: boolean; parts: object }>(
    200,
  );
  expect(ready).toMatchObject({
    sending: true,
    parts: { sending: { heldProviders: [{ provider: 'email', since: expect.any(String) }] } },
  });
  const metrics = await (await fetch(`${waybill.url}/metrics`)).text();
  expect(metrics).toContain('waybill_provider_held{provider="email"} 1');
  expect(metrics).toContain('waybill_provider_held{provider="vonage"} 0');
  mail.script = {};
  await waybill.until(id, 'submitted');
  await eventually(async () => (await stateOf('email'))?.state === 'flowing');
});

it('lets e-mails go on while Vonage gives no credit, and holds one provider on request', async () => {
  const [first, second] = [newAddress(), newAddress()];
  await steer('hold', { provider: 'email' });
  const waiting = await waybill.send(recipient(UNREACHABLE), { fallback: byEmail(first) });
  await waybill.until(waiting, 'retrying');
  const other = await waybill.send(recipient(UNREACHABLE), { fallback: byEmail(second) });
  await waybill.until(other, 'retrying');
  expect((await waybill.message(waiting)).explanation).toContain(
    'nothing is handed to the mail server until it is released',
  );
  expect(await stateOf('email')).toMatchObject({ state: 'held', cause: 'operator' });
  expect(await sending()).toMatchObject({ state: 'flowing' });

  waybill.sandbox.configure({ hasCredit: false });
  const text = await waybill.send(recipient());
  await eventually(async () => (await sending()).state === 'held');
  await steer('release', { provider: 'email' });
  await waybill.until(waiting, 'submitted');
  await waybill.until(other, 'submitted');
  // An e-mail that is taken says nothing about Vonage.
  expect(await sending()).toMatchObject({ state: 'held', cause: 'configuration' });
  waybill.sandbox.configure({ hasCredit: true });
  await waybill.until(text, 'delivered');
});

it('says what is wrong with a release of one provider', async () => {
  const release = async (body: object) =>
    waybill.api.post('/v1/sending/release', { reason: 'A test.', ...body });
  expect((await release({ provider: 'email' })).as(409)).toMatchObject({
    detail: 'What goes to email is not held, so there is nothing to release.',
  });
  await steer('hold', {});
  expect((await stateOf('web-push'))?.state).toBe('held');
  expect((await release({ provider: 'email' })).as(409)).toMatchObject({
    detail: expect.stringContaining('release without `provider`'),
  });
  expect((await release({ provider: 'email', waiting: 'send' })).as(400)).toMatchObject({
    errors: [{ pointer: '/waiting' }],
  });
  await steer('release', {});
  expect((await stateOf('web-push'))?.state).toBe('flowing');
});

it('sends no e-mail and no push message to a person who has said STOP meanwhile', async () => {
  const to = newAddress();
  const browser = browsers.newBrowser(vapid.publicKey);
  const number = recipient(UNREACHABLE);
  for (const provider of ['email', 'web-push']) await steer('hold', { provider });
  const push = [{ channel: 'push', when: 'failure', to: browser.subscription }];
  const ids = [
    await waybill.send(number, { fallback: byEmail(to) }),
    await waybill.send(number, { fallback: push }),
  ];
  for (const id of ids) await waybill.until(id, 'retrying');
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const said = await webhooks.post('inbound', inboundBody({ from: number, text: 'STOP' }));
  expect(said.status).toBe(204);
  await steer('release', {});

  for (const id of ids) {
    const { explanation } = await waybill.until(id, 'cancelled');
    expect(explanation).toContain('opted out by the word STOP');
  }
  expect(mailsTo(to)).toEqual([]);
  expect(browser.received).toEqual([]);
});

it('reaches a browser by push, and goes on where its subscription has ended', async () => {
  const browser = browsers.newBrowser(vapid.publicKey);
  const push = (to: string) => ({ channel: 'push', when: 'failure', to, subject: 'Parcel' });
  const id = await waybill.send(recipient(UNREACHABLE), { fallback: [push(browser.subscription)] });

  const { attempts, explanation } = await waybill.until(id, 'submitted');
  expect(attempts[1]).toMatchObject({ channel: 'push', status: 'submitted', messageUuid: null });
  expect(explanation).toContain('The push service took the message.');
  expect(browser.received.map(({ payload }) => payload)).toEqual([
    { title: 'Parcel', body: 'Your parcel is here.', messageId: id },
  ]);

  const to = newAddress();
  const gone = browser.subscription.replace('/push/', '/gone/');
  const second = await waybill.send(recipient(UNREACHABLE), {
    fallback: [push(gone), ...byEmail(to)],
  });
  await waybill.until(second, 'submitted');
  expect(mailsTo(to)).toHaveLength(1);
  const endpoint = (JSON.parse(browser.subscription) as { endpoint: string }).endpoint;
  expect(waybill.log.lines.join()).not.toContain(endpoint.slice(-20));
});

it('sends a template by WhatsApp, through the SDK', async () => {
  const to = recipient();
  const template = { name: 'parcel_here', language: 'en_GB', parameters: ['Ann', '1017'] };
  const id = await waybill.send(recipient(UNREACHABLE), {
    fallback: [{ channel: 'whatsapp', when: 'failure', from: '447700900001', to, template }],
  });

  await waybill.until(id, 'delivered');
  const [sent] = waybill.sandbox.messages().filter((one) => one.to === to);
  expect(sent?.request).toMatchObject({
    message_type: 'template',
    template: { name: 'parcel_here', parameters: ['Ann', '1017'] },
    whatsapp: { policy: 'deterministic', locale: 'en_GB' },
  });
  expect(sent?.request).not.toHaveProperty('text');
});

it('goes on by e-mail where the step by WhatsApp is to somebody who has said STOP', async () => {
  const [stopped, to] = [recipient(), newAddress()];
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  await webhooks.post('inbound', inboundBody({ from: stopped, text: 'STOP' }));
  const whatsapp = { channel: 'whatsapp', when: 'failure', from: '447700900001', to: stopped };
  const id = await waybill.send(recipient(UNREACHABLE), { fallback: [whatsapp, ...byEmail(to)] });

  const { attempts } = await waybill.until(id, 'submitted');
  expect(attempts.map(({ channel }) => channel)).toEqual(['sms', 'email']);
  expect(mailsTo(to)).toHaveLength(1);
  expect(waybill.sandbox.requests().filter((one) => one.to === stopped)).toEqual([]);
});

it('names what is wrong with a step before anything is sent', async () => {
  const faults = async (step: object) =>
    (await waybill.trySend({ to: recipient(), fallback: [{ when: 'failure', ...step }] })).problem
      .errors;
  expect(await faults({ channel: 'email' })).toEqual([
    expect.objectContaining({ pointer: '/fallback/0/to' }),
  ]);
  expect(await faults({ channel: 'email', to: 'Ann <ann@home.example>' })).toEqual([
    expect.objectContaining({ pointer: '/fallback/0/to' }),
  ]);
  const from = '447700900001';
  expect(await faults({ channel: 'push', to: 'token-of-an-app-0123456789' })).toEqual([
    {
      pointer: '/fallback/0/channel',
      detail: expect.stringContaining('is not set up here'),
    },
  ]);
  expect(await faults({ channel: 'push', to: '{"endpoint":"https://push.example"}' })).toEqual([
    { pointer: '/fallback/0/to', detail: expect.stringContaining('is no subscription') },
  ]);
  const template = { name: 'parcel_here', language: 'en', parameters: [] };
  expect(await faults({ channel: 'sms', from, template })).toEqual([
    expect.objectContaining({ pointer: '/fallback/0/template' }),
  ]);
  expect(await faults({ channel: 'whatsapp', from, subject: 'No' })).toEqual([
    expect.objectContaining({ pointer: '/fallback/0/subject' }),
  ]);
  expect(await faults({ channel: 'whatsapp' })).toEqual([
    { pointer: '/fallback/0/from', detail: 'fallback/0/from is missing' },
  ]);
});
