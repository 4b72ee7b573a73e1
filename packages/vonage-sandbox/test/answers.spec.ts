import { Vonage } from '@vonage/server-sdk';
import { RateLimit } from '../src/api/rate-limit.js';
import { eventually } from './eventually.js';
import { faultsOf } from './schemas.js';
import {
  credentials,
  ORDINARY_NUMBER,
  startSetting,
  stopSettings,
  textTo,
  type Setting,
} from './setting.js';
import { basic, bearer, call, send, smsTo } from './wire.js';

let setting: Setting;

beforeEach(async () => {
  setting = await startSetting();
});

afterEach(stopSettings);

const ends = (digits: string) => `447700980${digits}`;

/** The SDK's result for the answer: an id, no id, the status of a refusal, or an exception's name. */
async function outcomeOf(digits: string, timeoutMs = 10_000): Promise<unknown> {
  const { applicationId, privateKey } = credentials;
  const vonage = new Vonage(
    { applicationId, privateKey },
    { apiHost: setting.sandbox.url, timeout: timeoutMs },
  );
  try {
    const { messageUUID } = await vonage.messages.send(textTo(ends(digits)));
    return messageUUID === undefined ? 'no id' : 'id';
  } catch (error) {
    const { response, name, cause } = error as Error & {
      response?: { status: number };
      cause?: { code?: string };
    };
    return response?.status ?? cause?.code ?? name;
  }
}

it.each<[string, string, unknown]>([
  ['delivered', '000', 'id'],
  ['before-accepted', '007', 'id'],
  ['slow-accepted', '008', 'id'],
  ['accepted-reset', '009', 'ECONNRESET'],
  ['reset', '022', 'ECONNRESET'],
  ['slow-body', '023', 'id'],
  ['empty-body', '024', 'no id'],
  ['text-body', '025', 'no id'],
  ['body-without-uuid', '026', 'no id'],
  ['redirect', '302', 'TypeError'],
  ['redirect-once', '307', 'id'],
  ['unauthorized', '401', 401],
  ['low-balance', '402', 402],
  ['forbidden', '403', 403],
  ['invalid-params', '422', 422],
  ['throttled', '429', 429],
  ['always-throttled', '430', 429],
  ['internal-error', '500', 500],
  ['internal-error-problem', '501', 500],
  ['bad-gateway', '502', 502],
  ['unavailable', '503', 503],
  ['gateway-timeout', '504', 504],
  ['unavailable-once', '530', 503],
])('lets the SDK see the answer of %s', async (_, digits, outcome) => {
  expect(await outcomeOf(digits)).toBe(outcome);
});

it.each([
  ['accepted-silence', '020', 1],
  ['silence', '021', 0],
])('leaves the SDK to its time-out in %s', async (_, digits, messages) => {
  expect(await outcomeOf(digits, 1_500)).toBe('AbortError');
  expect(setting.sandbox.counters().messagesAccepted).toBe(messages);
});

it('keeps the rest of a slow body back for as long as the story says', async () => {
  await setting.stop();
  setting = await startSetting({ timeScale: 1 });
  const response = await fetch(`${setting.sandbox.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: basic() },
    body: JSON.stringify(smsTo(ends('023'))),
  });
  expect(response.status).toBe(202);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toMatch(/^\{"message_uuid":"[0-9a-f]/);
  expect(first?.done).toBe(false);
  await reader?.cancel();
});

it.each([
  ['401', 401],
  ['402', 402],
  ['403', 403],
  ['422', 422],
  ['429', 429],
  ['501', 500],
  ['503', 503],
])('refuses %s with a problem document', async (digits, status) => {
  const answer = await send(setting.sandbox.url, smsTo(ends(digits)), basic());
  expect(answer.status).toBe(status);
  expect(faultsOf('problem', answer.body)).toEqual([]);
});

it.each(['500', '502', '504'])('answers %s with a page of HTML', async (digits) => {
  const answer = await send(setting.sandbox.url, smsTo(ends(digits)), basic());
  expect(answer.headers.get('content-type')).toBe('text/html');
  expect(answer.text).toContain('<html>');
});

it('throttles twice and then delivers, and says when to come back', async () => {
  const { url } = setting.sandbox;
  const answers = [];
  for (let request = 0; request < 4; request++) {
    answers.push(await send(url, smsTo(ends('429')), basic()));
  }
  expect(answers.map(({ status }) => status)).toEqual([429, 429, 202, 429]);
  expect(answers[0]?.headers.get('retry-after')).toBe('1');
});

it('tells the story of one recipient without the others', async () => {
  const { url } = setting.sandbox;
  expect(await send(url, smsTo(ends('530')), basic())).toMatchObject({ status: 503 });
  expect(await send(url, smsTo('12025980530'), basic())).toMatchObject({ status: 503 });
  expect(await send(url, smsTo(ends('530')), basic())).toMatchObject({ status: 202 });
});

describe('the rate limit', () => {
  it('lets so many requests through in any second, however they fall', () => {
    const limit = new RateLimit();
    const passes = (atMs: number): boolean => limit.check(2, atMs) === null;
    expect([0, 999, 999, 1_000, 1_998, 1_999].map(passes)).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it('refuses what exceeds it with all four headers', async () => {
    setting.sandbox.configure({ requestsPerSecond: 5 });
    const { url } = setting.sandbox;
    const startedAtMs = Date.now();
    const answers: Awaited<ReturnType<typeof send>>[] = [];
    const some = () => Array.from({ length: 8 }, () => send(url, smsTo(ORDINARY_NUMBER), basic()));
    // On a slow machine eight requests may fall into two seconds.
    const refused = await eventually(async () => {
      answers.push(...(await Promise.all(some())));
      const tooMany = answers.filter(({ status }) => status === 429);
      return tooMany.length > 0 && tooMany;
    });
    const passed = answers.length - refused.length;
    expect(passed).toBeGreaterThanOrEqual(5);
    for (const { headers, body } of refused) {
      expect(headers.get('x-ratelimit-limit')).toBe('5');
      expect(headers.get('x-ratelimit-remaining')).toBe('0');
      expect(headers.get('retry-after')).toBe('1');
      const resetAtMs = Number(headers.get('x-ratelimit-reset'));
      expect(resetAtMs).toBeGreaterThan(startedAtMs);
      expect(resetAtMs).toBeLessThanOrEqual(Date.now() + 1_000);
      expect(body).toMatchObject({
        type: 'https://developer.vonage.com/api-errors#rate-limit',
        title: 'Rate Limit Hit',
      });
    }
    expect(setting.sandbox.counters()).toMatchObject({
      messagesAccepted: passed,
      requestsByAnswer: { 202: passed, 429: refused.length },
    });
  });

  it('does not count what it refused, nor who is unknown', async () => {
    setting.sandbox.configure({ requestsPerSecond: 1 });
    const { url } = setting.sandbox;
    expect(await send(url, smsTo(ORDINARY_NUMBER), '')).toMatchObject({ status: 401 });
    expect(await send(url, smsTo(ORDINARY_NUMBER), basic())).toMatchObject({ status: 202 });
  });
});

describe('PATCH of a message', () => {
  const patch = (uuid: string, body: unknown, authorization: string) =>
    call(`${setting.sandbox.url}/v1/messages/${uuid}`, {
      method: 'PATCH',
      body,
      headers: { authorization },
    });

  it('revokes an RCS message, marks an inbound WhatsApp message read, and nothing else', async () => {
    const rcs = await setting.vonage.messages.send({
      channel: 'rcs',
      messageType: 'text',
      to: ORDINARY_NUMBER,
      from: 'Waybill',
      text: 'a',
    });
    const sms = await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
    const [inbound] = setting.sandbox.sendInbound({
      from: '447700900001',
      to: '447700900002',
      text: 'a',
      channel: 'whatsapp',
    });
    const status = async (uuid: string, to: string) =>
      (await patch(uuid, { status: to }, bearer())).status;
    expect(await status(rcs.messageUUID, 'revoked')).toBe(202);
    expect(await status(rcs.messageUUID, 'read')).toBe(422);
    expect(await status(inbound?.message_uuid ?? '', 'read')).toBe(202);
    expect(await status(sms.messageUUID, 'read')).toBe(422);
    expect(await status('asdf', 'read')).toBe(404);
    expect((await patch(rcs.messageUUID, { status: 'revoked' }, basic())).status).toBe(401);
    expect((await patch(rcs.messageUUID, '{', bearer())).status).toBe(422);
    const unknown = await patch('asdf', { status: 'read' }, bearer());
    expect(unknown.body).toMatchObject({ detail: 'Message with ID asdf not found' });
    expect(faultsOf('problem', unknown.body)).toEqual([]);
  });
});
