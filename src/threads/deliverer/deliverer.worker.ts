/** The thread that delivers outgoing webhooks: composes what it needs, and knows nothing of the API. */
import { workerData } from 'node:worker_threads';
import { openDeliveryStore } from '../../adapters/delivery-store/delivery-store.module.js';
import { BoundKeys } from '../../adapters/event-store/bound/bound-keys.js';
import { nameIn } from '../../adapters/event-store/bound/named-key-store.js';
import { PagedEventFeed } from '../../adapters/event-store/paged-event-feed.js';
import { openEvents } from '../../adapters/event-store/sealed/open-events.js';
import { OpeningEventFeed } from '../../adapters/event-store/sealed/opening-event-feed.js';
import { CommitBell } from '../../adapters/event-store/sqlite/commit-bell.js';
import { FollowingReader } from '../../adapters/event-store/sqlite/following-reader.js';
import { openKeyStore } from '../../adapters/key-store/open-key-store.js';
import { HttpWebhookSender } from '../../adapters/outgoing-webhooks/http-webhook-sender.js';
import { systemClocks } from '../../adapters/system/system-clock.js';
import { keepRunning } from '../../application/background/keep-running.js';
import { KEY_STORE_STREAM } from '../../application/streams.js';
import type { StreamReader } from '../../application/webhooks/outgoing-event.js';
import { ReadEndpoints } from '../../application/webhooks/read-endpoints.js';
import { beginThread } from '../begin-thread.js';
import { AnswerCounts } from './answer-counts.js';
import { composeDeliverer } from './compose-deliverer.js';
import type { DelivererThreadOptions, FromDeliverer, ToDeliverer } from './deliverer-protocol.js';

const COUNTS_TOLD_EVERY_MS = 500;

const { port, logger, health } = beginThread('the deliverer');
const send = (message: FromDeliverer): void => port.postMessage(message);

const { ledgerDirectory, masterKeys, deliveries, allowsPrivateNetworks, commitBell } =
  workerData as DelivererThreadOptions;
const ledger = new FollowingReader(ledgerDirectory, new CommitBell(commitBell));
const keys = new BoundKeys(
  openKeyStore({ kind: 'sqlite', directory: ledgerDirectory }, masterKeys),
  async (own) => nameIn(ledger.stream(KEY_STORE_STREAM), own),
);
const store: StreamReader = {
  async read(stream, before) {
    const events = await openEvents(ledger.stream(stream, before), keys);
    return { events, revision: events.at(-1)?.revision ?? 'no-stream' };
  },
};
const deliveryStore = openDeliveryStore(deliveries);
const sender = new HttpWebhookSender({ allowsPrivateNetworks });
const reading = new ReadEndpoints(store, keys, systemClocks.clock);

/** Requests to the main thread that it has not answered. */
const disabling = new Map<number, PromiseWithResolvers<void>>();
let requests = 0;

function disable(endpointId: string, reason: string): Promise<void> {
  const request = ++requests;
  const asked = Promise.withResolvers<void>();
  disabling.set(request, asked);
  send({ kind: 'disable', request, endpointId, reason });
  return asked.promise;
}

const counts = new AnswerCounts();
const tellCounts = (): void => {
  const taken = counts.take();
  if (taken.length > 0) send({ kind: 'answered', counts: taken });
};
const telling = setInterval(tellCounts, COUNTS_TOLD_EVERY_MS);

const deliverer = composeDeliverer(
  {
    store,
    // The positions of a copied file are the same.
    ledger: async () => undefined,
    feed: new OpeningEventFeed(new PagedEventFeed(ledger), keys),
    endpoints: {
      read: () => reading.read(),
      secrets: (endpoint) => reading.secrets(endpoint),
      disable,
    },
    deliveries: deliveryStore,
    sender,
    ...systemClocks,
    logger,
    metrics: counts,
  },
  health,
);
const stopping = new AbortController();
const running = keepRunning(
  'outgoing webhooks',
  (signal) => deliverer.run(signal),
  stopping.signal,
  { ...systemClocks, logger },
);

async function stop(): Promise<void> {
  stopping.abort();
  await running;
  clearInterval(telling);
  tellCounts();
  sender.close();
  await deliveryStore.close();
  await keys.close();
  ledger.close();
  port.close();
}

function answered({ request, fault }: Exclude<ToDeliverer, 'stop'>): void {
  const asked = disabling.get(request);
  disabling.delete(request);
  if (fault === null) asked?.resolve();
  else asked?.reject(new Error(fault));
}

port.on('message', (message: ToDeliverer) => {
  if (message === 'stop') void stop();
  else answered(message);
});
