import { generateKeyPairSync } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import { ReusedToken } from '../../../src/adapters/vonage/reused-token.js';
import { VonageSmsGateway } from '../../../src/adapters/vonage/vonage-sms-gateway.js';
import type { AttemptRequest } from '../../../src/application/ports/sms-gateway.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { serve } from '../../support/doubles/scripted-server.js';

const applicationId = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

const MINUTE_MS = 60_000;

const tokenOn = (time: SettableTime): ReusedToken =>
  new ReusedToken(
    applicationId,
    privateKey,
    () => time.wallMs(),
    () => time.monotonic.elapsedMs(),
  );

it('signs once for ten minutes', async () => {
  const time = new SettableTime();
  const token = tokenOn(time);
  const first = await token.createBearerHeader();
  expect(verifySignature(first.replace('Bearer ', ''), publicKey)).toBe(true);
  time.pass(9 * MINUTE_MS);
  expect(await token.createBearerHeader()).toBe(first);
  time.pass(MINUTE_MS);
  expect(await token.createBearerHeader()).not.toBe(first);
});

it.each([-1_000, 11 * MINUTE_MS])('signs anew after the clock was set by %i ms', async (stepMs) => {
  const time = new SettableTime();
  const token = tokenOn(time);
  const first = await token.createBearerHeader();
  time.stepWall(stepMs);
  expect(await token.createBearerHeader()).not.toBe(first);
});

const sms: AttemptRequest = {
  clientRef: '0190a7d2-4b1c-7e3f-8a5b-0123456789ab.1',
  channel: 'sms',
  to: '447700900042',
  from: 'Waybill',
  text: 'Hello',
  encoding: 'auto',
  ttlSeconds: null,
};

it('makes the calls of the SDK with one token, until Vonage refuses it', async () => {
  const answers = [202, 202, 401, 202];
  const server = await serve((_request, response) => {
    response.writeHead(answers.shift() ?? 500, { 'content-type': 'application/json' });
    response.end('{"message_uuid":"3f2b8c1e-5d4a-4e6f-9b70-1a2c3d4e5f60"}');
  });
  const gateway = new VonageSmsGateway({
    applicationId,
    privateKey,
    apiHost: server.url,
    timeoutMs: 5_000,
  });
  for (let call = 0; call < 4; call++) await gateway.send(sms);
  const [first, second, refused, anew] = server.hits.map(({ headers }) => headers.authorization);
  expect([second, refused]).toEqual([first, first]);
  expect(anew).not.toBe(first);
  expect(verifySignature(anew?.replace('Bearer ', '') ?? '', publicKey)).toBe(true);
  await server.close();
});
