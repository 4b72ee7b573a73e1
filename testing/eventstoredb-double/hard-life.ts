import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { newEvents } from '../events.js';
import { EventStoreDbDouble } from './eventstoredb-double.js';
import type { DoubleNode } from './node.js';

/**
 * A process in which all faults happen at once, for two ledgers on two sets of servers. It ends with
 * code 0 when no rejection was left unhandled and nothing keeps it alive. Jest would notice neither: it
 * treats unhandled rejections in its own way.
 */

const WRITERS = 32;
const FAULT_MS = 900;
const CALM_MS = 300;
/** Longer than the client's requests to three silent nodes, of one second each. */
const SEARCH_MS = 5_000;

const blows: readonly ((node: DoubleNode) => void)[] = [
  (node) => node.stop(),
  (node) => (node.faults.silent = true),
  (node) => (node.faults.halfClosing = true),
  (node) => (node.faults.notReady = true),
  (node) => (node.faults.silentAfterCommit = true),
  (node) => (node.faults.cutsAfterCommit = Infinity),
  (node) => (node.faults.answerDelayMs = 2_000),
  (node) => node.dropSubscriptions('error'),
  (node) => node.cutConnections(),
];

async function recover(node: DoubleNode): Promise<void> {
  Object.assign(node.faults, {
    silent: false,
    halfClosing: false,
    notReady: false,
    silentAfterCommit: false,
    cutsAfterCommit: 0,
    answerDelayMs: 0,
  });
  await node.start();
}

async function live(double: EventStoreDbDouble, name: string): Promise<void> {
  const { store, feed } = openEventStoreDb(double.url);
  const abort = new AbortController();
  const counts = { appended: 0, failed: 0, followed: 0 };
  const over = new AbortController();

  const follower = (async () => {
    for await (const { events } of feed.follow({ prefixes: ['message-'], signal: abort.signal })) {
      counts.followed += events.length;
    }
  })();
  const writers = Array.from({ length: WRITERS }, async () => {
    while (!over.signal.aborted) {
      const stream = `message-${randomUUID()}`;
      const work = [store.append(stream, newEvents(2), 'no-stream'), store.read(stream)];
      const [append] = await Promise.allSettled([...work, store.checkWritable(), feed.head()]);
      if (append?.status === 'fulfilled') counts.appended++;
      else counts.failed++;
    }
  });

  for (const blow of blows) {
    for (const node of double.nodes) blow(node);
    await new Promise((resolve) => setTimeout(resolve, FAULT_MS));
    for (const node of double.nodes) await recover(node);
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
  }
  over.abort();
  await Promise.all(writers);
  abort.abort();
  await follower;
  await store.close();
  double.stop();
  console.log(JSON.stringify({ name, ...counts }));
}

/** No node answers, so the client gives up its search for a leader long after our read has failed. */
async function search(double: EventStoreDbDouble): Promise<void> {
  for (const node of double.nodes) node.faults.silent = true;
  const { store, feed } = openEventStoreDb(`${double.url}&maxDiscoverAttempts=1`);
  const abort = new AbortController();
  const follower = (async () => {
    for await (const _ of feed.follow({ prefixes: ['message-'], signal: abort.signal }));
  })();
  await Promise.allSettled([store.read('message-1'), feed.head(), store.checkWritable()]);
  await new Promise((resolve) => setTimeout(resolve, SEARCH_MS));
  abort.abort();
  await follower;
  await store.close();
  double.stop();
  console.log(JSON.stringify({ name: 'search' }));
}

const [single, cluster, silent] = await Promise.all([
  EventStoreDbDouble.start(),
  EventStoreDbDouble.start({ nodes: 3 }),
  EventStoreDbDouble.start({ nodes: 3 }),
]);
await Promise.all([live(single, 'single'), live(cluster, 'cluster'), search(silent)]);
