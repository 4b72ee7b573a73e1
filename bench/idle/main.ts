import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asStarted } from '../../testing/as-started.js';
import { freePort } from '../../testing/free-port.js';
import { start, stop, untilReady } from '../support/process.js';
import { wholeNumbers } from '../support/whole-numbers.js';

const { settle, seconds } = wholeNumbers(
  'bench:idle',
  'Measures the memory and processor time of an idle service, with the sandbox in the same process.',
  // The messages of the demonstration come to their ends before it is measured.
  { settle: 60, seconds: 60 },
);
const READY_MS_MAX = 60_000;
/** Linux counts in hundredths of a second, whatever its timer does. */
const TICKS_PER_SECOND = 100;

if (process.platform !== 'linux') throw new Error('Only Linux tells what is measured here.');

const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
const port = await freePort();
const child = start(
  new URL('../../../dist/main.js', import.meta.url),
  [],
  {
    PORT: String(port),
    HOST: '127.0.0.1',
    DATA_DIR: join(directory, 'data'),
    LOG_LEVEL: 'warn',
    ...asStarted.environment,
  },
  asStarted.nodeOptions,
);
try {
  await untilReady(`http://127.0.0.1:${port}`, READY_MS_MAX);
  await delay(settle * 1000);
  const before = cpuSeconds();
  await delay(seconds * 1000);
  const share = ((cpuSeconds() - before) / seconds) * 100;
  console.log(
    `resident ${mebibytes('status', 'VmRSS')} MiB, of which its own or its part of what is shared ` +
      `${mebibytes('smaps_rollup', 'Pss')} MiB; ${share.toFixed(2)} % of a core over ${seconds} s, ` +
      `Node ${process.version}`,
  );
} finally {
  await stop(child);
  rmSync(directory, { recursive: true, force: true });
}

/** Of all threads, user and system. */
function cpuSeconds(): number {
  const stat = ofProcess('stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function mebibytes(file: string, name: string): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(ofProcess(file))?.[1];
  return Math.round(Number(kibibytes) / 1024);
}

function ofProcess(file: string): string {
  return readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
}
