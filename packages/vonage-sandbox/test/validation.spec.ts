import { faultsOf } from './schemas.js';
import { badRequests, goodRequests, sms } from './send-requests.js';
import { startSetting, stopSettings, type Setting } from './setting.js';
import { basic, call, send, type WireAnswer } from './wire.js';

let setting: Setting;

beforeAll(async () => {
  setting = await startSetting({ statusUrl: null });
});

afterAll(stopSettings);

const post = (body: unknown): Promise<WireAnswer> => send(setting.sandbox.url, body, basic());

it.each(goodRequests)('takes %s', async (_, body) => {
  const answer = await post(body);
  expect(answer).toMatchObject({ status: 202, body: { message_uuid: expect.any(String) } });
  expect(faultsOf('accepted', answer.body)).toEqual([]);
});

it.each(badRequests)('names every fault of a request with %s', async (_, body, faults) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect(faultsOf('problem', answer.body)).toEqual([]);
  const { type, invalid_parameters: named } = answer.body as {
    type: string;
    invalid_parameters: { name: string; reason: string }[];
  };
  expect(type).toBe('https://developer.vonage.com/api-errors/messages#1150');
  expect(Object.fromEntries(named.map(({ name, reason }) => [name, reason]))).toEqual(
    Object.fromEntries(
      Object.entries(faults).map(([name, reason]) => [name, expect.stringContaining(reason)]),
    ),
  );
});

it.each<[string, unknown, string]>([
  ['a channel that does not exist', sms({ channel: 'fax' }), 'messages#1100'],
  ['a message type that the channel lacks', sms({ message_type: 'image' }), 'messages#1140'],
  ['a body that is not JSON', '{"to":', '#invalid-json'],
  ['a body that is no object', '[]', '#invalid-json'],
  ['no body at all', undefined, 'messages#1150'],
])('has a problem of its own for %s', async (_, body, type) => {
  const answer = await post(body);
  expect(answer.status).toBe(422);
  expect(answer.body['type']).toBe(
    `https://developer.vonage.com/api-errors${type.startsWith('#') ? '' : '/'}${type}`,
  );
  expect(faultsOf('problem', answer.body)).toEqual([]);
});

it('refuses a body that is larger than any message', async () => {
  const answer = await post(sms({ experiment: 'x'.repeat(300_000) }));
  expect(answer.status).toBe(413);
});

it('takes the address that a base with a trailing slash makes', async () => {
  const answer = await call(`${setting.sandbox.url}//v1/messages`, {
    body: sms(),
    headers: { authorization: basic() },
  });
  expect(answer.status).toBe(202);
});

it('accepts nothing that it refused', () => {
  const refs = setting.sandbox.requests().filter(({ accepted }) => !accepted);
  expect(refs.length).toBeGreaterThanOrEqual(badRequests.length);
  expect(refs.every(({ message_uuid }) => message_uuid === null)).toBe(true);
  expect(setting.sandbox.counters().messagesAccepted).toBe(
    setting.sandbox.requests().length - refs.length,
  );
});
