import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateLedger } from '../../testing/generated-messages/generate-ledger.js';
import { median, stop, waitUntil } from '../support/process.js';
import { startService } from '../support/service.js';
import { wholeNumbers } from '../support/whole-numbers.js';

const { events, rounds } = wholeNumbers(
  'bench:start',
  'Measures the time from the start of the service\'s process to its first "ready", on a large ledger.',
  { events: 1_000_000, rounds: 5 },
);
/** A generated message has 4.9 events on average; a few surplus messages do no harm. */
const EVENTS_PER_MESSAGE = 4.8;
const messages = Math.ceil(events / EVENTS_PER_MESSAGE);
const READY_MS_MAX = 120_000;
const BUILT_MS_MAX = 1_800_000;
const CLAIM_MS = 2_000;

const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
try {
  await measure('no ledger', removeEverything);
  const written = generateLedger(directory, 1, messages);
  const mebibytes = Math.round(statSync(join(directory, 'ledger.sqlite')).size / 2 ** 20);
  console.log(
    `${written} events, ${mebibytes} MiB, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds`,
  );
  await measure('without read models', removeReadModels);
  await buildReadModels();
  await measure('with read models', () => undefined);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function measure(name: string, before: () => void): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    before();
    const { child, readyAfterMs } = await startService(directory, READY_MS_MAX);
    took.push(Math.round(readyAfterMs));
    await stop(child);
  }
  const middle = median(took);
  const verdict = middle < CLAIM_MS ? 'under' : 'NOT under';
  console.log(
    `${name.padEnd(20)} ready after ${middle} ms, ${verdict} ${CLAIM_MS} ms (${took.join(', ')})`,
  );
}

function removeEverything(): void {
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
}

/** Deletes everything but the ledger, which is the state after a backup is restored. */
function removeReadModels(): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith('ledger.sqlite')) rmSync(join(directory, name), { recursive: true });
  }
}

async function buildReadModels(): Promise<void> {
  const startedMs = performance.now();
  const { url, child } = await startService(directory, READY_MS_MAX);
  const areAllCounted = async (): Promise<boolean> => (await messagesCounted(url)) >= messages;
  await waitUntil('the read models are built', areAllCounted, BUILT_MS_MAX);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`read models were built ${seconds} s after the start`);
  await stop(child);
}

async function messagesCounted(url: string): Promise<number> {
  const report = (await (await fetch(`${url}/v1/reports/delivery`)).json()) as {
    readonly rows: readonly { readonly messages: number }[];
  };
  return report.rows[0]?.messages ?? 0;
}
