import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import { startPostgres } from '../../testing/embedded-postgres.js';
import { BareClient } from '../eventstoredb/bare-client.js';
import { writeMessages, type ExistingMessage } from '../ingest/existing-messages.js';
import type { LoadResult } from '../ingest/load.js';
import type { LoadOrder } from '../ingest/load-process.js';
import { account, type StatusBody } from '../ingest/signed-webhooks.js';
import { start, stop, waitUntil } from '../support/process.js';
import { lagOf, startService } from '../support/service.js';
import { descendantsCpuSeconds, microsEach, processCpuSeconds } from '../support/thread-cpu.js';
import { wholeNumbers } from '../support/whole-numbers.js';
import { RoundTripCounter } from './round-trips.js';

/**
 * Ingest on EventStoreDB and PostgreSQL: webhooks a second, and the round trips of each kind of webhook,
 * compared with the bare client's appends in the same run. The server is the tests' double, or the real one
 * that EVENTSTORE_TEST_URL names.
 */
const { requests, connections } = wholeNumbers(
  'bench:distributed',
  'Measures webhooks on EventStoreDB and PostgreSQL, and the round trips of each kind of webhook.',
  { requests: 10_000, connections: 64 },
);
const READY_MS_MAX = 60_000;
const CAUGHT_UP_MS_MAX = 120_000;

const given = process.env['EVENTSTORE_TEST_URL'];
const double =
  given === undefined || given === ''
    ? fork(new URL('./serve-double.js', import.meta.url))
    : undefined;
const url = double === undefined ? String(given) : String((await once(double, 'message'))[0]);
const postgres = await startPostgres(['shared_preload_libraries=pg_stat_statements']);
const database = new Pool({ connectionString: postgres.url, max: 1 });
// At the end the server may tell it to go before its connection is closed.
database.on('error', () => undefined);
await database.query('CREATE EXTENSION pg_stat_statements');
const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
const counter = new RoundTripCounter(double, database);

console.log(
  `${requests} webhooks of each kind, ${connections} connections, ${cpus().length} cores, ` +
    `load ${loadavg()[0]?.toFixed(1)}, ${double === undefined ? 'a real server' : 'the double in a process of its own'}`,
);
const messages = await writeMessages({ kind: 'eventstoredb', url }, requests);
const service = await startService(directory, READY_MS_MAX, {
  EVENT_STORE: 'eventstoredb',
  EVENTSTORE_URL: url,
  READ_MODEL: 'postgres',
  DATABASE_URL: postgres.url,
});
try {
  await untilCaughtUp();
  await measureBareAppends();
  const submitted = reports(messages, 'submitted', true);
  const delivered = reports(messages, 'delivered', true);
  await measure('client ref, message not in memory', submitted);
  await measure('client ref, message in memory', delivered);
  await measure('client ref, the same status again', delivered);
  await measure('no client ref, uuid of an attempt of ours', reports(messages, 'submitted', false));
  await measure('no client ref, uuid never heard of', strangers());
  await measureBareAppends();
} finally {
  await stop(service.child);
  await database.end();
  await postgres.stop();
  double?.disconnect();
  rmSync(directory, { recursive: true, force: true });
}

async function measure(name: string, bodies: readonly StatusBody[]): Promise<void> {
  await counter.sinceLast();
  const before = cpuSeconds();
  const child = start(new URL('../ingest/load-process.js', import.meta.url));
  child.send({ port: service.port, connections, account, bodies } satisfies LoadOrder);
  const [result] = (await once(child, 'message')) as [LoadResult];
  const used = microsEach(before, cpuSeconds(), bodies.length);
  const { appends, reads, lookUps } = await counter.sinceLast();
  const each = (count: number | undefined): string =>
    count === undefined ? '?' : (count / bodies.length).toFixed(2);
  console.log(
    `${name.padEnd(42)} ${String(result.requestsPerSecond).padStart(6)}/s  p50 ${result.p50Ms.toFixed(0)} ms  ` +
      `p99 ${result.p99Ms.toFixed(0)} ms  ${JSON.stringify(result.answers)}\n` +
      `${''.padEnd(42)} each: ${each(appends)} appends, ${each(reads)} reads, ${each(lookUps)} look-ups of uuids\n` +
      `${''.padEnd(42)} processor time, µs: ${used.map((entry) => entry.join(' ')).join(', ')}`,
  );
  await untilCaughtUp();
}

/** CPU seconds of the service's threads, of the double, and of all else that this process started: PostgreSQL and the load. */
function cpuSeconds(): ReadonlyMap<string, number> {
  const all = new Map(descendantsCpuSeconds(process.pid));
  const threads = processCpuSeconds(service.child.pid ?? 0)?.threads ?? new Map<string, number>();
  const inDouble = all.get(double?.pid ?? 0) ?? 0;
  for (const pid of [process.pid, service.child.pid, double?.pid]) all.delete(pid ?? 0);
  const rest = [...all.values()].reduce((sum, seconds) => sum + seconds, 0);
  return new Map([...threads, ['the double', inDouble], ['PostgreSQL and the load', rest]]);
}

/** Appends as many events as there are webhooks of one kind, with one caller for each connection. */
async function measureBareAppends(): Promise<void> {
  const bare = new BareClient(url);
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      const sentMs = performance.now();
      await bare.append('bench', 'x'.repeat(200));
      latenciesMs.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, caller));
  const seconds = (performance.now() - startedMs) / 1000;
  const p99Ms = latenciesMs.toSorted((a, b) => a - b)[Math.floor(latenciesMs.length * 0.99)] ?? 0;
  await bare.close();
  console.log(
    `${'the bare client appends'.padEnd(42)} ${String(Math.round(requests / seconds)).padStart(6)}/s  p99 ${p99Ms.toFixed(0)} ms`,
  );
}

function reports(
  some: readonly ExistingMessage[],
  status: StatusBody['status'],
  withRef: boolean,
): StatusBody[] {
  return some.map(({ id, messageUuid }) => ({
    messageUuid,
    status,
    ...(withRef ? { clientRef: clientRefOf(id, 1) } : {}),
  }));
}

function strangers(): StatusBody[] {
  return messages.map(() => ({ messageUuid: randomUUID(), status: 'submitted' }));
}

/** Waits for the read models, so that their work does not slow the next measurement. */
async function untilCaughtUp(): Promise<void> {
  const haveCaughtUp = async (): Promise<boolean> => {
    const { behindEvents, behindSeconds } = await lagOf(service.url);
    return !behindEvents && behindSeconds < 2;
  };
  await waitUntil('the read models have caught up', haveCaughtUp, CAUGHT_UP_MS_MAX);
}
