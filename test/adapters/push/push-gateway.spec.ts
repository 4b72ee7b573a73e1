import webPush from 'web-push';
import { FcmGateway } from '../../../src/adapters/push/fcm-gateway.js';
import { WebPushGateway } from '../../../src/adapters/push/web-push-gateway.js';
import type { AttemptOutcome, AttemptRequest } from '../../../src/application/ports/sms-gateway.js';
import {
  FCM_PROJECT,
  startFcm,
  startPushService,
  type FcmDouble,
  type PushService,
} from '../../support/doubles/push-service.js';
import { serve } from '../../support/doubles/scripted-server.js';

const MESSAGE_ID = '0190a7d2-4b1c-7e3f-8a5b-0123456789ab';
const TOPIC = MESSAGE_ID.replaceAll('-', '');
const DEVICE = 'fcm-token:APA91bE_exampleToken-0123456789';

const request: AttemptRequest = {
  clientRef: `${MESSAGE_ID}.2`,
  channel: 'push',
  to: DEVICE,
  from: 'fcm',
  text: 'Your parcel is here: “door 7” 📦',
  subject: 'Parcel',
  encoding: 'auto',
  ttlSeconds: 600,
};

const refused = (kind: string, code: string, retryAfterMs: unknown = null): unknown =>
  expect.objectContaining({ kind: 'refused', class: kind, code, retryAfterMs, httpStatus: null });

describe('Web Push', () => {
  const vapid = webPush.generateVAPIDKeys();
  const config = { ...vapid, subject: 'mailto:push@shop.example', allowsPrivateNetworks: true };
  let service: PushService;

  beforeAll(async () => {
    service = await startPushService();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    service.answer = { status: 201 };
  });

  const sendTo = (to: string, changes: object = {}): Promise<AttemptOutcome> =>
    new WebPushGateway({ ...config, ...changes }).send({ ...request, to, from: 'web-push' });

  it('reaches the browser encrypted and signed, under a topic that names the message', async () => {
    const browser = service.newBrowser(vapid.publicKey);
    const outcome = await sendTo(browser.subscription);

    expect(outcome).toEqual({ kind: 'accepted', messageUuid: null, externalId: `topic ${TOPIC}` });
    expect(browser.received).toEqual([
      {
        headers: expect.objectContaining({ ttl: '600', topic: TOPIC, urgency: 'high' }),
        payload: { title: 'Parcel', body: request.text, messageId: MESSAGE_ID },
        subject: 'mailto:push@shop.example',
      },
    ]);
  });

  it.each<[number, Readonly<Record<string, string>>, unknown]>([
    [400, {}, refused('permanent', 'webpush-400')],
    [401, {}, refused('configuration', 'webpush-401')],
    [403, {}, refused('permanent', 'webpush-403')],
    [404, {}, refused('permanent', 'webpush-404')],
    [406, { 'retry-after': '7' }, refused('transient', 'webpush-406', 7_000)],
    [410, {}, refused('permanent', 'webpush-410')],
    [413, {}, refused('permanent', 'webpush-413')],
    [429, { 'retry-after': '30' }, refused('transient', 'webpush-429', 30_000)],
    [500, {}, refused('transient', 'webpush-500')],
    [503, { 'retry-after': '999999' }, refused('transient', 'webpush-503', 3_600_000)],
    [503, { 'retry-after': '49.5' }, refused('transient', 'webpush-503', 49_500)],
    [503, { 'retry-after': '1.5' }, refused('transient', 'webpush-503', 1_500)],
    [503, { 'retry-after': 'May 2049' }, refused('transient', 'webpush-503')],
    [
      503,
      { 'retry-after': 'Tue, 04 Mar 2031 12:00:20 GMT', date: 'Tue, 04 Mar 2031 12:00:00 GMT' },
      refused('transient', 'webpush-503', 20_000),
    ],
    [301, { location: 'http://127.0.0.1:1/' }, refused('permanent', 'webpush-301')],
  ])('%i', async (status, headers, outcome) => {
    service.answer = { status, headers };
    expect(await sendTo(service.newBrowser(vapid.publicKey).subscription)).toEqual(outcome);
  });

  it('does not know what became of a request whose connection broke', async () => {
    service.answer = { status: 201, fault: 'cut' };
    const { subscription } = service.newBrowser(vapid.publicKey);
    const outcome = await sendTo(subscription);
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringContaining('may have taken') });
    expect(JSON.stringify(outcome)).not.toContain(service.url);
  });

  it('knows that nothing was sent where nothing listens', async () => {
    const subscription = service
      .newBrowser(vapid.publicKey)
      .subscription.replace(service.url, 'http://127.0.0.1:1');
    expect(await sendTo(subscription)).toEqual(refused('transient', 'push-not-connected'));
  });

  it('refuses for good a subscription whose key is none', async () => {
    const keys = { p256dh: 'B'.repeat(87), auth: 'a'.repeat(22) };
    const to = JSON.stringify({ endpoint: `${service.url}/push/1`, keys });
    expect(await sendTo(to)).toEqual(refused('permanent', 'webpush-key'));
  });

  it('calls no address of a private network', async () => {
    const browser = service.newBrowser(vapid.publicKey);
    const outcome = await sendTo(browser.subscription, { allowsPrivateNetworks: false });
    expect(outcome).toEqual(refused('permanent', 'webpush-address'));
    const literal = browser.subscription.replace(service.url, 'https://169.254.169.254');
    expect(await sendTo(literal, { allowsPrivateNetworks: false })).toEqual(
      refused('permanent', 'webpush-address'),
    );
    expect(browser.received).toEqual([]);
  });

  it.each<[number, unknown]>([
    [401, refused('permanent', 'webpush-other-401')],
    [429, refused('transient', 'webpush-other-429', 50_000)],
    [406, refused('transient', 'webpush-other-406', 50_000)],
    [410, refused('permanent', 'webpush-410')],
  ])(
    'takes %i of a host that anybody may have named for an answer about its own subscription',
    async (status, outcome) => {
      const host = await serve((_request, response) =>
        response.writeHead(status, { 'retry-after': '50' }).end(),
      );
      const { subscription } = service.newBrowser(vapid.publicKey);
      const { port } = new URL(host.url);
      const to = subscription.replace(service.url, `http://push.person.example:${port}`);
      const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
      const answered = await sendTo(to, { resolve });
      await host.close();
      expect(answered).toEqual(outcome);
    },
  );

  it('is refused by a subscription that another key made', async () => {
    const other = service.newBrowser(webPush.generateVAPIDKeys().publicKey);
    expect(await sendTo(other.subscription)).toEqual(refused('permanent', 'webpush-403'));
    expect(other.received).toEqual([]);
  });
});

describe('Firebase Cloud Messaging', () => {
  let fcm: FcmDouble;
  let gateway: FcmGateway;

  beforeAll(async () => {
    fcm = await startFcm();
    gateway = new FcmGateway(account());
  });
  const account = () => ({
    projectId: FCM_PROJECT,
    clientEmail: fcm.account['client_email'] ?? '',
    privateKey: fcm.account['private_key'] ?? '',
    privateKeyId: 'key-1',
    tokenUri: `${fcm.url}/token`,
    apiHost: fcm.url,
  });
  afterAll(() => fcm.close());
  beforeEach(() => {
    fcm.answer = { status: 200 };
    fcm.tokenStatus = 200;
  });

  it('exchanges its key for a token once, and names the message for every platform', async () => {
    const [first, second] = [await gateway.send(request), await gateway.send(request)];

    expect(first).toEqual({
      kind: 'accepted',
      messageUuid: null,
      externalId: `projects/${FCM_PROJECT}/messages/0:1%2`,
    });
    expect(second.kind).toBe('accepted');
    expect(fcm.tokensGiven()).toBe(1);
    expect(fcm.received[0]).toMatchObject({
      token: DEVICE,
      notification: { title: 'Parcel', body: request.text },
      data: { messageId: MESSAGE_ID },
      android: { collapse_key: TOPIC, ttl: '600s' },
      apns: { headers: { 'apns-collapse-id': TOPIC } },
      webpush: { headers: { Topic: TOPIC, TTL: '600' } },
    });
  });

  const errorBody = (errorCode: string) => ({
    error: {
      status: 'SOMETHING',
      details: [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }],
    },
  });

  it.each<[number, unknown, string | undefined, unknown]>([
    [404, errorBody('UNREGISTERED'), undefined, refused('permanent', 'fcm-UNREGISTERED')],
    [400, errorBody('INVALID_ARGUMENT'), undefined, refused('permanent', 'fcm-INVALID_ARGUMENT')],
    [
      403,
      errorBody('SENDER_ID_MISMATCH'),
      undefined,
      refused('permanent', 'fcm-SENDER_ID_MISMATCH'),
    ],
    [403, {}, undefined, refused('configuration', 'fcm-403')],
    [
      401,
      errorBody('THIRD_PARTY_AUTH_ERROR'),
      undefined,
      refused('configuration', 'fcm-THIRD_PARTY_AUTH_ERROR'),
    ],
    [
      429,
      errorBody('QUOTA_EXCEEDED'),
      undefined,
      refused('transient', 'fcm-QUOTA_EXCEEDED', 60_000),
    ],
    [503, errorBody('UNAVAILABLE'), '12', refused('transient', 'fcm-UNAVAILABLE', 12_000)],
    [500, errorBody('INTERNAL'), undefined, refused('transient', 'fcm-INTERNAL')],
    [502, '<html>Bad gateway</html>', undefined, refused('transient', 'fcm-502')],
    [200, 'no JSON', undefined, { kind: 'unknown', reason: expect.any(String) }],
    // Google's errors are JSON with an `error`: any other answer is of a wrong address or a proxy, and not about the message.
    [404, '<html>Not found</html>', undefined, refused('configuration', 'fcm-404')],
    [404, {}, undefined, refused('configuration', 'fcm-404')],
    [405, '', undefined, refused('configuration', 'fcm-405')],
    [302, '<a href="/login">', undefined, refused('configuration', 'fcm-302')],
    [400, '<html>Bad request</html>', undefined, refused('configuration', 'fcm-400')],
    [
      404,
      { error: { code: 404, status: 'NOT_FOUND' } },
      undefined,
      refused('permanent', 'fcm-404'),
    ],
    [413, '<html>Too large</html>', undefined, refused('permanent', 'fcm-413')],
    [408, '<html>Too slow</html>', undefined, refused('permanent', 'fcm-408')],
  ])('%i %j', async (status, body, retryAfter, outcome) => {
    fcm.answer = { status, body, ...(retryAfter === undefined ? {} : { retryAfter }) };
    expect(await gateway.send(request)).toEqual(outcome);
  });

  it('exchanges its key once for many messages that need a new token at the same time', async () => {
    fcm.answer = { status: 401, body: {} };
    await gateway.send(request);
    fcm.answer = { status: 200 };
    const before = fcm.tokensGiven();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => gateway.send(request)));
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    expect(fcm.tokensGiven()).toBe(before + 1);
  });

  it('says so where the token server answers, and gives no token', async () => {
    fcm.answer = { status: 401, body: {} };
    await gateway.send(request);
    fcm.tokenAnswer = '<html>Sign in to the network</html>';
    const reason = expect.stringContaining('names no token') as unknown;
    expect(await gateway.send(request)).toEqual(
      expect.objectContaining({ class: 'configuration', code: 'fcm-token-200', reason }),
    );
    fcm.tokenAnswer = undefined;
  });

  it('says which of both servers cannot be reached', async () => {
    const lost = new FcmGateway({ ...account(), tokenUri: 'http://127.0.0.1:1/token' });
    const reason = expect.stringContaining('token server') as unknown;
    expect(await lost.send(request)).toEqual(
      expect.objectContaining({ class: 'transient', code: 'push-not-connected', reason }),
    );
  });

  it('asks for a new token after a 401, and sends again when asked to', async () => {
    const before = fcm.tokensGiven();
    fcm.answer = { status: 401, body: {} };
    expect(await gateway.send(request)).toEqual(refused('configuration', 'fcm-401'));
    fcm.answer = { status: 200 };
    expect((await gateway.send(request)).kind).toBe('accepted');
    expect(fcm.tokensGiven()).toBeGreaterThan(before);
  });

  it.each([
    [400, refused('configuration', 'fcm-token-400')],
    [503, refused('transient', 'fcm-token-503')],
  ])('sends nothing while the token server answers %i', async (status, outcome) => {
    fcm.answer = { status: 401, body: {} };
    await gateway.send(request);
    fcm.tokenStatus = status;
    fcm.answer = { status: 200 };
    const before = fcm.received.length;
    expect(await gateway.send(request)).toEqual(outcome);
    expect(fcm.received).toHaveLength(before);
  });

  it('does not know what became of a request whose connection broke', async () => {
    await gateway.send(request);
    fcm.answer = { status: 200, fault: 'cut' };
    expect((await gateway.send(request)).kind).toBe('unknown');
  });
});
