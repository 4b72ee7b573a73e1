import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import { writeMessages, type ExistingMessage } from '../ingest/existing-messages.js';
import type { StatusBody } from '../ingest/signed-webhooks.js';
import { offer } from '../fixed-rate/offer.js';
import type { PacedResult } from '../fixed-rate/paced-load.js';
import { start, stop } from '../support/process.js';
import { startService } from '../support/service.js';
import { processCpuSeconds } from '../support/thread-cpu.js';
import { wholeNumbers } from '../support/whole-numbers.js';
import type { Received, ReceiverOrder } from './receiver-process.js';

/**
 * Offers webhooks at a fixed rate, each of which changes the status of a message, and measures how long each change takes
 * to reach a receiver of outgoing webhooks. The same load without a receiver comes first, so that the difference is the
 * processor time of the deliveries.
 */
const { rate, seconds, connections } = wholeNumbers(
  'bench:deliveries',
  'Measures how long the changes of a fixed rate of webhooks take to a receiver of outgoing webhooks.',
  // A request holds its connection until it is answered. Too few connections would lower the rate.
  { rate: 2_000, seconds: 20, connections: 512 },
);
const changes = rate * seconds;

/** Promised for 2,000 status changes a second on two cores, all of which are taken. */
const LAG_P99_MS_MAX = 2_000;
/** Less is written where the service takes webhooks more slowly than they are due. */
const OFFERED_SHARE_MIN = 0.99;
const READY_MS_MAX = 60_000;
const ARRIVAL_MS_MAX = 120_000;
/** The ledger is checked as a whole after the start. */
const SETTLE_MS = 10_000;
const MEBIBYTE = 2 ** 20;

const directory = mkdtempSync(join(tmpdir(), 'waybill-deliveries-'));
const existing = await writeMessages({ kind: 'sqlite', directory }, changes);
const receiver = start(new URL('./receiver-process.js', import.meta.url));
const service = await startService(directory, READY_MS_MAX, { WEBHOOK_PRIVATE_NETWORKS: 'allow' });
try {
  const [receiverPort] = (await once(receiver, 'message')) as [number];
  await delay(SETTLE_MS);
  console.log(
    `${rate} status changes/s for ${seconds} s, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  const without = await measure('without a receiver', existing.slice(0, changes / 2));
  await register(receiverPort);
  const told = existing.slice(changes / 2);
  const { usage, offered } = await measure('with a receiver', told, () =>
    received(receiver, changes),
  );
  const { events, repeats, forged, arrivals = [] } = await ask(receiver, 'tell');
  const lagsMs = lagsOf(reportsOn(told), offered.answeredAtMs, new Map(arrivals));
  const lagMs = (share: number): number => lagsMs[Math.floor((lagsMs.length - 1) * share)] ?? 0;
  const microseconds = (part: (one: Usage) => number): string =>
    ((1e6 * (part(usage) - part(without.usage))) / changes).toFixed(0);
  console.log(
    `${events} of ${changes} arrived, ${repeats} repeated, ${forged} refused by the receiver's library\n` +
      `from the answer of the webhook to the arrival: p50 ${lagMs(0.5)} ms, p99 ${lagMs(0.99)} ms, most ${lagMs(1)} ms\n` +
      `processor time of a delivery: ${microseconds(({ all }) => all)} µs, ` +
      `${microseconds(({ deliverer }) => deliverer)} µs of them in the deliverer's thread and ${microseconds(({ main }) => main)} µs in the main thread`,
  );
  const isReached =
    events === changes &&
    offered.offeredPerSecond >= OFFERED_SHARE_MIN * rate &&
    forged === 0 &&
    lagMs(0.99) < LAG_P99_MS_MAX &&
    offered.answers['204'] === changes;
  console.log(isReached ? 'It reaches what is promised.' : 'It does not reach what is promised.');
  process.exitCode = isReached ? 0 : 1;
} finally {
  await stop(service.child);
  receiver.disconnect();
  receiver.kill();
  rmSync(directory, { recursive: true, force: true });
}

interface Usage {
  /** Seconds. */
  readonly all: number;
  readonly main: number;
  readonly deliverer: number;
}

async function measure(
  name: string,
  messages: readonly ExistingMessage[],
  afterwards: () => Promise<void> = async () => undefined,
): Promise<{ readonly usage: Usage; readonly offered: PacedResult }> {
  const before = usageNow();
  const { port } = service;
  const offered = await offer({ port, connections, perSecond: rate, bodies: reportsOn(messages) });
  await afterwards();
  const after = usageNow();
  const usage = {
    all: after.all - before.all,
    main: after.main - before.main,
    deliverer: after.deliverer - before.deliverer,
  };
  const { rss } = await memory();
  console.log(
    `${name}: ${offered.offeredPerSecond}/s offered, ${JSON.stringify(offered.answers)}, p50 ${offered.p50Ms.toFixed(1)} ms, p99 ${offered.p99Ms.toFixed(1)} ms; ` +
      `${usage.all.toFixed(1)} s of processor time, ${usage.main.toFixed(1)} s in the main thread; ${rss.toFixed(0)} MiB`,
  );
  return { usage, offered };
}

function usageNow(): Usage {
  const usage = processCpuSeconds(service.child.pid ?? 0);
  return {
    all: usage?.all ?? Number.NaN,
    main: usage?.threads.get('main') ?? Number.NaN,
    // It exists only while there is a receiver.
    deliverer: usage?.threads.get('deliverer') ?? 0,
  };
}

async function memory(): Promise<{ readonly rss: number }> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes ([0-9.e+]+)/m.exec(text)?.[1];
  return { rss: Number(bytes) / MEBIBYTE };
}

/** All messages are submitted first and then all delivered, so that no report waits for another. */
function reportsOn(messages: readonly ExistingMessage[]): StatusBody[] {
  return (['submitted', 'delivered'] as const).flatMap((status) =>
    messages.map(({ id, messageUuid }) => ({ messageUuid, status, clientRef: clientRefOf(id, 1) })),
  );
}

async function register(port: number): Promise<void> {
  const response = await fetch(`${service.url}/v1/webhook-endpoints`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      url: `http://127.0.0.1:${port}/`,
      events: ['message.status_changed'],
      description: 'benchmark',
    }),
  });
  if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
  const { secret } = (await response.json()) as { readonly secret: string };
  receiver.send({ secret } satisfies ReceiverOrder);
  // A new endpoint is noticed within a second.
  await delay(2_000);
}

async function ask(child: ChildProcess, order: 'count' | 'tell'): Promise<Received> {
  child.send(order satisfies ReceiverOrder);
  const [answer] = (await once(child, 'message')) as [Received];
  return answer;
}

/** From the answer of each webhook to the arrival of what it changed; ascending. What never arrived is left out. */
function lagsOf(
  bodies: readonly StatusBody[],
  answeredAtMs: readonly number[],
  arrivals: ReadonlyMap<string, number>,
): readonly number[] {
  return bodies
    .flatMap(({ messageUuid, status }, index) => {
      const arrivedMs = arrivals.get(`${messageUuid} ${status}`);
      const answeredMs = answeredAtMs[index];
      return arrivedMs === undefined || answeredMs === undefined ? [] : [arrivedMs - answeredMs];
    })
    .toSorted((left, right) => left - right);
}

/** Waits until as many events have arrived, or nothing more comes in time. */
async function received(child: ChildProcess, events: number): Promise<void> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < ARRIVAL_MS_MAX) {
    if ((await ask(child, 'count')).events >= events) return;
    await delay(500);
  }
}
