import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { account } from '../ingest/signed-webhooks.js';
import { start, stop } from '../support/process.js';
import { lagOf, startService } from '../support/service.js';
import { wholeNumbers } from '../support/whole-numbers.js';
import type { SoakOrder, Window } from './load-process.js';
import { slopePerMinute, type Sample } from './slope.js';

const { minutes, connections } = wholeNumbers(
  'bench:soak',
  'Checks that memory stays constant while webhooks come as fast as they are answered.',
  { minutes: 5, connections: 64 },
);
const WINDOW_SECONDS = 10;
/** Caches fill and code is compiled during this time; growth after it is a leak. */
const WARM_UP_MS = 60_000;
const READY_MS_MAX = 30_000;
const MEBIBYTE = 2 ** 20;

const directory = mkdtempSync(join(tmpdir(), 'waybill-soak-'));
const service = await startService(directory, READY_MS_MAX);
try {
  const startedMs = performance.now();
  const samples: Sample[] = [];
  const sampler = setInterval(() => {
    void sample(service.url, startedMs).then(
      (one) => samples.push(one),
      (error: unknown) => console.error('no sample:', error),
    );
  }, 1000);

  console.log(
    `${minutes} min, ${connections} connections, ${cpus().length} cores, Node ${process.version}`,
  );
  console.log('seconds  requests/s   p50 ms   p99 ms  RSS MiB  heap MiB  behind  other than 204');
  const windows: Window[] = [];
  const load = start(new URL('./load-process.js', import.meta.url));
  load.on('message', (window: Window) => {
    windows.push(window);
    void printWindow(window, windows.length * WINDOW_SECONDS);
  });
  load.send({
    port: service.port,
    connections,
    account,
    seconds: minutes * 60,
    windowSeconds: WINDOW_SECONDS,
  } satisfies SoakOrder);
  await once(load, 'exit');
  clearInterval(sampler);
  printSummary(windows);

  async function printWindow(window: Window, untilSeconds: number): Promise<void> {
    const { behindEvents: behind } = await lagOf(service.url);
    const during = samples.filter(({ ms }) => ms > (untilSeconds - WINDOW_SECONDS) * 1000);
    const { '204': _, ...others } = window.answers;
    const cells = [
      String(untilSeconds).padStart(7),
      String(Math.round(window.requests / WINDOW_SECONDS)).padStart(11),
      window.p50Ms.toFixed(1).padStart(8),
      window.p99Ms.toFixed(1).padStart(8),
      mean(during.map(({ rssBytes }) => rssBytes / MEBIBYTE))
        .toFixed(0)
        .padStart(8),
      mean(during.map(({ heapBytes }) => heapBytes / MEBIBYTE))
        .toFixed(0)
        .padStart(9),
      String(behind).padStart(7),
      JSON.stringify(others),
    ];
    console.log(cells.join(' '));
  }

  function printSummary(all: readonly Window[]): void {
    const requests = all.reduce((sum, window) => sum + window.requests, 0);
    const taken = all.reduce((sum, { answers }) => sum + (answers['204'] ?? 0), 0);
    const warm = samples.filter(({ ms }) => ms > WARM_UP_MS);
    const slope = (read: (one: Sample) => number): string =>
      (slopePerMinute(warm, read) / MEBIBYTE).toFixed(1);
    console.log(`\n${requests} requests, ${requests - taken} of them not answered with 204`);
    console.log(
      `worst p99 of a window: ${Math.max(...all.map(({ p99Ms }) => p99Ms)).toFixed(1)} ms`,
    );
    console.log(
      `after the first minute: RSS ${slope(({ rssBytes }) => rssBytes)} MiB/min, heap ${slope(({ heapBytes }) => heapBytes)} MiB/min`,
    );
  }
} finally {
  await stop(service.child);
  rmSync(directory, { recursive: true, force: true });
}

async function sample(url: string, startedMs: number): Promise<Sample> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const read = (name: string): number =>
    Number(new RegExp(`^${name} ([0-9.e+]+)`, 'm').exec(text)?.[1]);
  return {
    ms: performance.now() - startedMs,
    rssBytes: read('process_resident_memory_bytes'),
    heapBytes: read('nodejs_heap_size_used_bytes'),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
