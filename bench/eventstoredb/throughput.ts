/**
 * Measures how fast the EventStoreDB adapter appends and follows, beside the bare client in the same run.
 *
 *   npm run bench:eventstoredb -- [connection string]
 *
 * Without a connection string it starts the double in a process of its own. The result then covers
 * the adapter, the client, gRPC and the double, without any disk. Every append writes one event of
 * about 400 bytes to a stream of its own, as the first webhook of a message does.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { openEventStoreDb } from '../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import type { EventFeed } from '../../src/application/ports/event-feed.js';
import { newEvent } from '../../testing/events.js';
import { BareClient } from './bare-client.js';

const CALLERS = 64;
const EVENTS = 100_000;
const ROUNDS = 4;
const FOLLOW_ROUNDS = 3;
const REASON = 'x'.repeat(200);

/** A prefix of lower-case letters that no other stream has, so that a real server may hold other streams. */
const kind = `bench${randomUUID()
  .replaceAll('-', '')
  .replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;

const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1_000;

/** @returns appends a second */
async function append(name: string, count: number, work: () => Promise<unknown>): Promise<number> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  let remaining = count;
  const caller = async (): Promise<void> => {
    while (remaining-- > 0) {
      const sentAtMs = performance.now();
      await work();
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = secondsSince(startedAtMs);
  latenciesMs.sort((left, right) => left - right);
  const p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0;
  console.log(
    `${name}, ${CALLERS} callers: ${Math.round(count / seconds)} appends/s, 99 % within ${p99Ms.toFixed(0)} ms`,
  );
  return count / seconds;
}

async function followedBy(feed: EventFeed): Promise<number> {
  const abort = new AbortController();
  let events = 0;
  for await (const batch of feed.follow({ prefixes: [`${kind}-`], signal: abort.signal })) {
    events += batch.events.length;
    if (batch.caughtUp) abort.abort();
  }
  return events;
}

interface Followed {
  readonly perSecond: number;
  /** Events per second of this process's processor time: the limit where the server is not the bottleneck. */
  readonly perProcessorSecond: number;
}

async function follow(name: string, work: () => Promise<number>): Promise<Followed> {
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  const events = await work();
  const seconds = secondsSince(startedAtMs);
  const { user, system } = process.cpuUsage(before);
  const processorSeconds = (user + system) / 1e6;
  console.log(
    `${name} followed ${events} events from the beginning in ${seconds.toFixed(2)} s, ` +
      `with ${processorSeconds.toFixed(2)} s of a processor`,
  );
  return { perSecond: events / seconds, perProcessorSecond: events / processorSeconds };
}

const better = (one: Followed, other: Followed): Followed => ({
  perSecond: Math.max(one.perSecond, other.perSecond),
  perProcessorSecond: Math.max(one.perProcessorSecond, other.perProcessorSecond),
});

async function readAll(feed: EventFeed): Promise<void> {
  const { signal } = new AbortController();
  const startedAtMs = performance.now();
  let events = 0;
  for await (const batch of feed.readAll({ prefixes: [`${kind}-`], signal })) {
    events += batch.events.length;
  }
  console.log(`read all ${events} events in ${secondsSince(startedAtMs).toFixed(2)} s`);
}

async function startDouble(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = fork(fileURLToPath(new URL('./serve-double.js', import.meta.url)));
  const [url] = (await once(child, 'message')) as [string];
  return { url, stop: () => child.disconnect() };
}

const [, , given] = process.argv;
const server = given === undefined ? await startDouble() : { url: given, stop: () => {} };
const { store, feed } = openEventStoreDb(server.url);
console.log(
  `Node ${process.version}, ${availableParallelism()} processors, load ${loadavg()[0]?.toFixed(1)}, ` +
    (given === undefined ? 'the double in a process of its own' : 'a real server'),
);
const bare = new BareClient(server.url);
const best = { append: 0, bareAppend: 0 };
let followed: Followed = { perSecond: 0, perProcessorSecond: 0 };
let bareFollowed = followed;
for (let round = 0; round < ROUNDS; round++) {
  const count = EVENTS / ROUNDS / 2;
  const adapted = await append('adapter', count, () =>
    store.append(`${kind}-${randomUUID()}`, [newEvent(REASON)], 'no-stream'),
  );
  const plain = await append('bare client', count, () => bare.append(kind, REASON));
  best.append = Math.max(best.append, adapted);
  best.bareAppend = Math.max(best.bareAppend, plain);
}
for (let round = 0; round < FOLLOW_ROUNDS; round++) {
  followed = better(followed, await follow('adapter', () => followedBy(feed)));
  bareFollowed = better(bareFollowed, await follow('bare client', () => bare.follow(kind)));
}
await readAll(feed);
console.log(
  `best of all turns, adapter by bare client: appending ${(best.append / best.bareAppend).toFixed(2)}, ` +
    `following ${(followed.perSecond / bareFollowed.perSecond).toFixed(2)}, ` +
    `following by processor time ${(followed.perProcessorSecond / bareFollowed.perProcessorSecond).toFixed(2)}`,
);
await bare.close();
await store.close();
server.stop();
