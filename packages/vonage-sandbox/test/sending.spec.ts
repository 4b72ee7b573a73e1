import { createHash } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import { bodyOf, statusesOf, tokenOf } from './receiver.js';
import {
  credentials,
  ORDINARY_NUMBER,
  startSetting,
  stopSettings,
  textTo,
  type Setting,
} from './setting.js';
import { claimsIn } from './wire.js';

let setting: Setting;

beforeEach(async () => {
  setting = await startSetting();
});

afterEach(stopSettings);

it('takes a message from the SDK and reports it submitted and delivered', async () => {
  const message = textTo(ORDINARY_NUMBER);
  const { messageUUID } = await setting.vonage.messages.send(message);
  const callbacks = await setting.receiver.first(2);
  expect(statusesOf(callbacks)).toEqual(['submitted', 'delivered']);
  for (const callback of callbacks) {
    expect(callback).toMatchObject({ path: '/webhooks/status', contentType: 'application/json' });
    expect(bodyOf(callback)).toMatchObject({
      message_uuid: messageUUID,
      client_ref: message.clientRef,
      to: ORDINARY_NUMBER,
      from: 'Waybill',
      channel: 'sms',
    });
  }
});

it('signs callbacks so that the official library accepts them', async () => {
  await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
  for (const callback of await setting.receiver.first(2)) {
    expect(verifySignature(tokenOf(callback), credentials.signatureSecret)).toBe(true);
    expect(verifySignature(tokenOf(callback), 'another secret')).toBe(false);
    expect(claimsIn(callback.authorization)).toEqual({
      iat: expect.closeTo(Date.now() / 1_000, -1),
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      iss: 'Vonage',
      payload_hash: createHash('sha256').update(callback.raw).digest('hex'),
      api_key: credentials.apiKey,
      application_id: credentials.applicationId,
    });
  }
});

it('uses one connection again for callbacks that follow each other', async () => {
  await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
  const [first, second] = await setting.receiver.first(2);
  expect(second?.clientPort).toBe(first?.clientPort);
});
