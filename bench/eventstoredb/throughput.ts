/**
 * How fast the EventStoreDB adapter appends and follows.
 *
 *   node --import ./test/support/typescript-hooks.mjs bench/eventstoredb/throughput.ts [connection string]
 *
 * Without a connection string it starts the double in a process of its own. What is measured then is
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
import type { EventStore } from '../../src/application/ports/event-store.js';
import { newEvent } from '../../test/support/events.js';

const CALLERS = 64;
const EVENTS = 100_000;
const ROUNDS = 4;
const REASON = 'x'.repeat(200);

/** Lower-case letters that no other stream begins with, so that a real server may hold more. */
const kind = `bench${randomUUID()
  .replaceAll('-', '')
  .replaceAll(/\d/g, (digit) => 'ghijklmnop'.charAt(Number(digit)))}`;

const secondsSince = (startedAtMs: number): number => (performance.now() - startedAtMs) / 1_000;

async function append(store: EventStore, count: number): Promise<void> {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  let remaining = count;
  const caller = async (): Promise<void> => {
    while (remaining-- > 0) {
      const sentAtMs = performance.now();
      await store.append(`${kind}-${randomUUID()}`, [newEvent(REASON)], 'no-stream');
      latenciesMs.push(performance.now() - sentAtMs);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const seconds = secondsSince(startedAtMs);
  latenciesMs.sort((left, right) => left - right);
  const p99Ms = latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0;
  console.log(
    `${CALLERS} callers: ${Math.round(count / seconds)} appends/s, 99 % within ${p99Ms.toFixed(0)} ms`,
  );
}

async function follow(feed: EventFeed): Promise<void> {
  const abort = new AbortController();
  const startedAtMs = performance.now();
  let events = 0;
  for await (const batch of feed.follow({ prefixes: [`${kind}-`], signal: abort.signal })) {
    events += batch.events.length;
    if (batch.caughtUp) abort.abort();
  }
  console.log(
    `followed ${events} events from the beginning in ${secondsSince(startedAtMs).toFixed(2)} s`,
  );
}

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
  const child = fork(fileURLToPath(new URL('serve-double.ts', import.meta.url)));
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
for (let round = 0; round < ROUNDS; round++) await append(store, EVENTS / ROUNDS);
for (let round = 0; round < 2; round++) await follow(feed);
await readAll(feed);
await store.close();
server.stop();
