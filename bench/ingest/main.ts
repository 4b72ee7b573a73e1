import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import { median, start, stop, waitUntil } from '../support/process.js';
import { microsEach, processCpuSeconds } from '../support/thread-cpu.js';
import { ask, lagOf, startService, type MeasuredService } from '../support/service.js';
import { wholeNumbers } from '../support/whole-numbers.js';
import { CheckpointLag } from './checkpoint-lag.js';
import { writeMessages, type ExistingMessage } from './existing-messages.js';
import type { LoadResult } from './load.js';
import type { LoadOrder } from './load-process.js';
import { account, type StatusBody } from './signed-webhooks.js';

/**
 * Compares, in one run on one machine and in turns: (a) a webhook handler that checks and stores nothing,
 * (b) the same handler with one durable transaction per webhook, (c) the complete Waybill.
 */
const { rounds, requests, connections } = wholeNumbers(
  'bench:ingest',
  'Compares in turns a handler that stores nothing, one with a transaction for each webhook, and Waybill.',
  { rounds: 3, requests: 40_000, connections: 64 },
);
/** One durable transaction for each webhook: with SQLite's defaults, and with SQLite tuned by an expert. */
const naive = [
  ['(b) a durable transaction each', 'delete'],
  ['(b+) the same with a write-ahead log', 'wal'],
] as const;
/** (b) is so slow that it gets only a share of the requests. */
const naiveRequests = Math.ceil(requests / 8);

const READY_MS_MAX = 30_000;

/** The service is at rest below this share of a core during this time. */
const REST_SHARE_MAX = 0.1;
const REST_INTERVAL_MS = 500;
const REST_MS_MAX = 600_000;
const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
const results = new Map<string, LoadResult[]>();
/** The share of all cores that the projector used, in each round. */
const projectorShares: number[] = [];
let service: MeasuredService | undefined;

try {
  console.log(
    `${rounds} rounds, ${connections} connections, ${cpus().length} cores, Node ${process.version}`,
  );
  const ledger = { kind: 'sqlite', directory } as const;
  const existing = await writeMessages(ledger, Math.ceil((rounds * requests) / 2));
  service = await startService(directory, READY_MS_MAX);
  await untilAtRest(service.url);
  for (let round = 0; round < rounds; round++) {
    await measurePlain('(a) checks and stores nothing', [], requests);
    for (const [name, journal] of naive) {
      const file = join(directory, `${journal}-${round}.sqlite`);
      await measurePlain(name, [file, journal], naiveRequests);
    }
    await measureService('(c) Waybill, new messages', service, newReports(requests));
    await untilAtRest(service.url);
    const share = Math.ceil(requests / 2);
    const messages = existing.slice(round * share, (round + 1) * share);
    await measureService('(c) Waybill, existing messages', service, reportsOn(messages));
    await untilAtRest(service.url);
  }
  report();
} finally {
  if (service !== undefined) await stop(service.child);
  rmSync(directory, { recursive: true, force: true });
}

async function measurePlain(name: string, args: readonly string[], count: number): Promise<void> {
  const child = start(new URL('./plain-server.js', import.meta.url), args);
  const [port] = (await once(child, 'message')) as [number];
  await measure(name, port, newReports(count));
  await stop(child);
}

/** Measures the load, the lag of read models and checkpoints, and the processor time of each thread. */
async function measureService(
  name: string,
  { url, port, child }: MeasuredService,
  bodies: readonly StatusBody[],
): Promise<void> {
  const before = processCpuSeconds(child.pid ?? 0)?.threads;
  const checkpoints = new CheckpointLag(directory);
  const { requestsPerSecond } = await measure(name, port, bodies);
  const { p50, p99, max } = checkpoints.end();
  const seconds = bodies.length / requestsPerSecond;
  const after = processCpuSeconds(child.pid ?? 0)?.threads;
  const { behindEvents, behindSeconds } = await lagOf(url);
  showBeside(`read models behind by ${behindEvents} events, ${behindSeconds.toFixed(2)} s`);
  showBeside(`oldest event without a checkpoint: p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms`);
  if (before === undefined || after === undefined) return;
  const projected = (after.get('projector') ?? 0) - (before.get('projector') ?? 0);
  projectorShares.push(projected / seconds / cpus().length);
  const each = microsEach(before, after, bodies.length).map(
    ([thread, micros]) => `${thread} ${micros}`,
  );
  showBeside(`processor time of a webhook, µs: ${each.join(', ')}`);
}

function showBeside(line: string): void {
  console.log(`${''.padEnd(34)} ${line}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

async function measure(
  name: string,
  port: number,
  bodies: readonly StatusBody[],
): Promise<LoadResult> {
  const child = start(new URL('./load-process.js', import.meta.url));
  child.send({ port, connections, account, bodies } satisfies LoadOrder);
  const [result] = (await once(child, 'message')) as [LoadResult];
  results.set(name, [...(results.get(name) ?? []), result]);
  const { requestsPerSecond, p50Ms, p99Ms, answers } = result;
  console.log(
    `${name.padEnd(34)} ${String(requestsPerSecond).padStart(7)}/s  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms  ${JSON.stringify(answers)}`,
  );
  return result;
}

function newReports(count: number): StatusBody[] {
  return Array.from({ length: count }, () => ({ messageUuid: randomUUID(), status: 'submitted' }));
}

/** All messages are submitted first and then all delivered, so that no report waits for another. */
function reportsOn(messages: readonly ExistingMessage[]): StatusBody[] {
  return (['submitted', 'delivered'] as const).flatMap((status) =>
    messages.map(({ id, messageUuid }) => ({ messageUuid, status, clientRef: clientRefOf(id, 1) })),
  );
}

/** Waits for the read models and the agenda, so that their work does not slow the next measurement. */
async function untilAtRest(url: string): Promise<void> {
  let before = Number.NEGATIVE_INFINITY;
  const isAtRest = async (): Promise<boolean> => {
    const now = await cpuSeconds(url);
    const share = (now - before) / (REST_INTERVAL_MS / 1000);
    before = now;
    return share < REST_SHARE_MAX && (await lagOf(url)).behindEvents === 0;
  };
  await waitUntil('the service is at rest', isAtRest, REST_MS_MAX, REST_INTERVAL_MS);
}

async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await ask(`${url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1]);
}

function report(): void {
  const rates = (name: string): readonly number[] =>
    (results.get(name) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
  const [plain = '', ...others] = [...results.keys()];
  const ours = others.filter((name) => !naive.some(([one]) => one === name));
  console.log('\nMedian of the rounds:');
  for (const [name, measured] of results) {
    const p99 = median(measured.map(({ p99Ms }) => p99Ms));
    console.log(
      `${name.padEnd(34)} ${String(median(rates(name))).padStart(7)}/s  p99 ${p99.toFixed(1)} ms`,
    );
  }
  // Ratios are taken within each round, because a shared machine is quicker in one round than in another.
  const ratio = (name: string, other: string): number =>
    median(rates(name).map((rate, round) => rate / (rates(other)[round] ?? Number.NaN)));
  console.log('\nRatios (median of the rounds):');
  for (const name of ours) {
    const ofNaive = naive.map(
      ([one]) => `${ratio(name, one).toFixed(1)} x ${one.slice(0, one.indexOf(' '))}`,
    );
    console.log(`${name}: ${ratio(name, plain).toFixed(2)} x (a), ${ofNaive.join(', ')}`);
  }
  if (projectorShares.length === 0) return;
  const share = percent(median(projectorShares));
  console.log(`\nThe thread that keeps the read models took ${share} of the machine meanwhile.`);
}
