import {
  createReadStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { ReconciliationSummary } from '../../src/application/reconciliation/summary.js';
import { account } from '../ingest/signed-webhooks.js';
import { stop, waitUntil } from '../support/process.js';
import { lagOf, startService, untilSigned } from '../support/service.js';
import { writeDeliveries } from './existing-deliveries.js';

const HELP = `Measures the reconciliation of a ledger with a report file, and its repeat.

  npm run bench:reconcile -- [--rows 1000000]

Half a percent of the webhooks were lost, and a row in a thousand denies what the ledger says.
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/**
 * Promised for a million rows; fewer have the same share of the time, and the same memory. The memory is what the service
 * takes beyond what it takes without a reconciliation.
 */
const SECONDS_MAX_PER_MILLION = 180;
const MEBIBYTES_MAX = 300;
const READY_MS_MAX = 60_000;
const CAUGHT_UP_MS_MAX = 1_800_000;
/** The ledger is checked as a whole after the start. */
const SETTLE_MS = 20_000;

async function run(rows: number): Promise<void> {
  if (process.platform !== 'linux') throw new Error('Only Linux tells the peak memory.');
  const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  const file = join(directory, 'report.csv');
  try {
    const data = join(directory, 'data');
    await writeDeliveries(data, file, account.apiKey, rows);
    // Caches that filled while read models were built are not what is measured.
    await catchUp(data);
    const service = await startService(data, READY_MS_MAX);
    try {
      await untilSigned(service.url);
      await delay(SETTLE_MS);
      console.log(
        `${rows} rows, ${Math.round(statSync(file).size / 1024 / 1024)} MiB, Node ${process.version}`,
      );
      forgetPeak(service.child.pid);
      const before = peakMebibytes(service.child.pid);
      for (const name of ['first', 'second']) {
        forgetPeak(service.child.pid);
        const cpuBefore = cpuSeconds(service.child.pid);
        const startedMs = performance.now();
        const { recorded, counts } = await reconcile(service.url, file);
        const seconds = (performance.now() - startedMs) / 1_000;
        const peak = peakMebibytes(service.child.pid);
        console.log(
          `${name} run: ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} rows/s, ` +
            `${(cpuSeconds(service.child.pid) - cpuBefore).toFixed(1)} s of processor time, peak ${peak} MiB, ${peak - before} more than idle, ` +
            `${recorded} recorded, ${JSON.stringify(counts)}`,
        );
        const isMet =
          seconds <= (SECONDS_MAX_PER_MILLION * rows) / 1_000_000 &&
          peak - before <= MEBIBYTES_MAX &&
          (name === 'first' || recorded === 0);
        if (!isMet) process.exitCode = 1;
      }
    } finally {
      await stop(service.child);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function catchUp(data: string): Promise<void> {
  const service = await startService(data, READY_MS_MAX);
  const hasCaughtUp = async (): Promise<boolean> => (await lagOf(service.url)).behindEvents === 0;
  await waitUntil('the read models have caught up', hasCaughtUp, CAUGHT_UP_MS_MAX);
  await stop(service.child);
}

/** Asks for lines of progress: `fetch` gives up where no header comes for five minutes. */
async function reconcile(url: string, file: string): Promise<ReconciliationSummary> {
  const request: RequestInit & { readonly duplex: 'half' } = {
    method: 'POST',
    headers: { accept: 'application/x-ndjson' },
    body: Readable.toWeb(createReadStream(file)) as ReadableStream,
    duplex: 'half',
  };
  const response = await fetch(`${url}/v1/reconciliations`, request);
  const text = await response.text();
  const last = JSON.parse(text.trim().split('\n').at(-1) ?? '') as {
    readonly result?: ReconciliationSummary;
  };
  if (last.result === undefined) throw new Error(`${response.status}: ${text.slice(-1_000)}`);
  return last.result;
}

/** Linux counts the peak anew after this (proc(5), `clear_refs`). */
function forgetPeak(pid: number | undefined): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Linux counts in hundredths of a second, of all threads, user and system. */
function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function peakMebibytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}

if (values.help) process.stdout.write(HELP);
else await run(Number(values.rows));
