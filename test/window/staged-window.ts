import { WebhookReceiver } from '../support/doubles/webhook-receiver.js';
import { eventually } from '../support/watching/eventually.js';
import { SignedWebhooks } from '../support/facts/signed-webhooks.js';
import { WindowWorld } from '../support/worlds/window-world.js';

/** Messages by what became of them. */
export interface StagedIds {
  readonly rejected: string;
  readonly contradicted: string;
  readonly unknown: string;
  readonly erased: string;
}

/** Starts a window on a service in which something of everything has happened. */
export async function stageWindow() {
  const world = await WindowWorld.start();
  const receiver = await WebhookReceiver.start();
  await world.post('/v1/webhook-endpoints', {
    url: receiver.url,
    events: ['message.status_changed'],
  });
  const [rejected, contradicted, unknown, erased] = await Promise.all([
    world.send('447700991170', { reference: 'login-8841' }),
    world.send('447701980006'),
    world.send('447702980022'),
    world.send('447707980000'),
    world.send('447703980000'),
    world.send('491555980000'),
  ]);
  await eventually(async () => (await world.statusOf(rejected)) === 'rejected');
  await eventually(async () => (await world.statusOf(unknown)) === 'unknown');
  await world.erase('447707980000');
  const webhooks = new SignedWebhooks(world.waybill.url, world.waybill.config);
  await webhooks.post('status', { nonsense: true });
  await webhooks.postAs('inbound', { nonsense: true }, 'Bearer of.other.news');
  await world.receive('447700900321', 'code not arrived?? stop it');
  const ids: StagedIds = { rejected, contradicted, unknown, erased };
  const end = async (): Promise<void> => {
    await world.end();
    receiver.close();
  };
  return { world, receiver, ids, end };
}

export const views: Readonly<Record<string, (ids: StagedIds) => string>> = {
  find: () => '/',
  message: (ids) => `/messages/${ids.contradicted}`,
  'a failed message': (ids) => `/messages/${ids.rejected}`,
  overview: () => '/overview',
  reports: () => '/reports',
  'reports by day': () => '/reports?by=day',
  'reports by two': () => '/reports?by=country&then=errorCode',
  'find with a conversation': () => '/?q=447703980000',
  inbound: () => '/inbound',
  person: () => '/people/447700900321',
  'an erased message': (ids) => `/messages/${ids.erased}`,
  operations: () => '/operations',
  inspector: () => '/inspector',
  'the last hour': () => '/overview?period=1h',
  'find without a result': () => '/?q=07700%20000000',
};

/** Dialogs: the path of the view, and the name of the button that opens the dialog. */
export const opened: readonly (readonly [path: string, button: string])[] = [
  ['/overview', 'Hold…'],
  ['/operations', 'Hold E-mail'],
  ['/inspector', 'Replay the status webhook that was set aside…'],
  ['/people/447700900321', 'Erase this person…'],
  ['/people/447700900321', 'Send nothing more…'],
];
