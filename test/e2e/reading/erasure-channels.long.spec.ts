import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import webPush from 'web-push';
import { compact } from '../../../src/adapters/postgres/compact.js';
import type { RunnableConfig } from '../../../src/app.module.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import {
  emailThrough,
  startMailServer,
  type MailServer,
} from '../../support/doubles/mail-server.js';
import {
  startFcm,
  startPushService,
  type FcmDouble,
  type PushService,
} from '../../support/doubles/push-service.js';
import { filesWith, inDatabase, tablesWith } from '../../support/watching/bytes-left.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** The sandbox reports failure 1260 for it. */
const UNREACHABLE = '003';

const vapid = webPush.generateVAPIDKeys();
let mail: MailServer;
let browsers: PushService;
let fcm: FcmDouble;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;

beforeAll(async () => {
  [mail, browsers, fcm, postgres, double] = await Promise.all([
    startMailServer(),
    startPushService(),
    startFcm(),
    startPostgres(),
    EventStoreDbDouble.start(),
  ]);
});
afterAll(async () => {
  await stopWaybills();
  double.stop();
  await Promise.all([mail.close(), browsers.close(), fcm.close(), postgres.stop()]);
});

const startWith = (stores: Partial<RunnableConfig>): Promise<Waybill> =>
  startWaybill({
    config: {
      ...stores,
      email: emailThrough(mail.url),
      push: {
        webPush: { ...vapid, subject: 'mailto:push@shop.example', allowsPrivateNetworks: true },
        fcm: {
          projectId: fcm.account['project_id'] ?? '',
          clientEmail: fcm.account['client_email'] ?? '',
          privateKey: fcm.account['private_key'] ?? '',
          privateKeyId: fcm.account['private_key_id'] ?? null,
          tokenUri: `${fcm.url}/token`,
          apiHost: fcm.url,
        },
      },
    },
  });

/** Sends to one person by e-mail, to a browser and to an app, and returns what names the person. */
async function reachedOtherwise(waybill: Waybill, name: string): Promise<readonly string[]> {
  const number = recipient(UNREACHABLE);
  const address = `${name}@dorf.example`;
  const { subscription } = browsers.newBrowser(vapid.publicKey);
  const device = `cV8:APA91b${name}_${randomBytes(24).toString('base64url')}`;
  const steps = [
    { channel: 'email', to: address },
    { channel: 'push', to: subscription },
    { channel: 'push', to: device },
  ];
  for (const step of steps) {
    const id = await waybill.send(number, { fallback: [{ ...step, when: 'failure' }] });
    await waybill.until(id, 'submitted');
  }
  const { endpoint, keys } = JSON.parse(subscription) as {
    readonly endpoint: string;
    readonly keys: { readonly auth: string };
  };
  // The endpoint alone reaches the device; the secret is as personal.
  const named = [number, address, name, endpoint.split('/').at(-1) ?? '', keys.auth, device];
  expect(JSON.stringify(fcm.received)).toContain(device);
  const before = await (await fetch(`${waybill.url}/v1/events`)).text();
  for (const text of named) expect([text, before.includes(text)]).toEqual([text, true]);
  const erased = await fetch(`${waybill.url}/v1/contacts/${number}/data`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'asked by letter' }),
  });
  expect([erased.status, await erased.json()]).toEqual([
    200,
    expect.objectContaining({ messages: steps.length }),
  ]);
  const ledger = await (await fetch(`${waybill.url}/v1/events`)).text();
  for (const text of named) expect([text, ledger.includes(text)]).toEqual([text, false]);
  return named;
}

it('leaves no byte of an e-mail address, a push subscription and a device token in files', async () => {
  const waybill = await startWith({});
  const kept = 'verleihnix';
  const id = await waybill.send(recipient(UNREACHABLE), {
    fallback: [{ channel: 'email', when: 'failure', to: `${kept}@dorf.example` }],
  });
  await waybill.until(id, 'submitted');
  for (const text of await reachedOtherwise(waybill, 'troubadix')) {
    expect([text, filesWith(waybill.directory, text)]).toEqual([text, []]);
  }
  // Others keep theirs.
  expect(JSON.stringify(await waybill.events(id))).toContain(kept);
});

it('leaves none of them in a row of PostgreSQL, nor in its files once they are compacted', async () => {
  const url = await postgres.newDatabase();
  const waybill = await startWith({
    eventStore: { kind: 'eventstoredb', url: double.url },
    readModel: { kind: 'postgres', url },
  });
  const named = await reachedOtherwise(waybill, 'gutemine');
  await inDatabase(url, 'ANALYZE');
  for (const text of named) expect([text, await tablesWith(url, text)]).toEqual([text, []]);
  expect(await compact(url)).toMatchObject({ refusals: [] });
  await inDatabase(url, 'CHECKPOINT');
  for (const text of named) {
    expect([text, filesWith(join(postgres.directory, 'base'), text)]).toEqual([text, []]);
  }
});
