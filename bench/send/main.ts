import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { start, stop, waitUntil } from '../support/process.js';
import { processCpuSeconds } from '../support/thread-cpu.js';
import { ask, startService, type MeasuredService } from '../support/service.js';
import type { Calls, FromVonage } from './vonage-process.js';

const HELP = `Measures how fast waiting messages are handed to a Vonage on loopback and recorded as sent.

  npm run bench:send -- [--messages 100000] [--profile DIRECTORY]
  npm run bench:send -- --limited 120
  npm run bench:send -- --timers 100000
  npm run bench:send -- --high-tries 100

  --messages  how many wait, with the limit lifted (100000)
  --profile   where profiles of the service's threads are written
  --limited   for so many seconds against a Vonage that takes 30 calls a second, with the service at its defaults
  --timers    how fast so many timers are done that are all due: messages that expire
  --high-tries  how soon each of so many messages of high priority is handed over behind 2,000 bulk messages, to a Vonage that
              takes 30 calls a second, with the service at its defaults
`;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    profile: { type: 'string' },
    limited: { type: 'string' },
    timers: { type: 'string' },
    'high-tries': { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** The largest rate that can be configured: the limit is lifted. */
const UNLIMITED = '10000';
const BATCH = 1_000;
const READY_MS_MAX = 30_000;
const DONE_MS_MAX = 1_800_000;
/** The rate that Vonage permits by default. */
const LIMIT_PER_SECOND = 30;
/** The numbers of the messages of high priority. */
const HIGH_PREFIX = '4479';
const BULK_AHEAD = 2_000;
/** From one message of high priority to the next, on average. */
const HIGH_EVERY_MS = 400;

/** A Vonage on loopback, in a process of its own. */
class Vonage {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(limitPerSecond: number): Promise<Vonage> {
    const args = [String(limitPerSecond), HIGH_PREFIX];
    const child = start(new URL('./vonage-process.js', import.meta.url), args);
    const [first] = (await once(child, 'message')) as [{ readonly port: number }];
    return new Vonage(child, `http://127.0.0.1:${first.port}`);
  }

  /** The calls so far. */
  async calls(): Promise<Calls> {
    const answer = this.next((message) => ('taken' in message ? message : undefined));
    this.child.send('calls');
    return answer;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  stop(): Promise<void> {
    return stop(this.child);
  }

  private next<Found>(find: (message: FromVonage) => Found | undefined): Promise<Found> {
    return new Promise((resolve) => {
      const look = (message: FromVonage): void => {
        const found = find(message);
        if (found === undefined) return;
        this.child.off('message', look);
        resolve(found);
      };
      this.child.on('message', look);
    });
  }
}

interface World {
  readonly vonage: Vonage;
  readonly service: MeasuredService;
  /** Starts the service again, on the same data; it must have been stopped. */
  readonly startAgain: () => Promise<MeasuredService>;
}

/** @param environment also of a service that is started again */
async function inWorld(
  limitPerSecond: number,
  environment: NodeJS.ProcessEnv,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  const vonage = await Vonage.start(limitPerSecond);
  try {
    const startOne = () =>
      startService(directory, READY_MS_MAX, { VONAGE_API_HOST: vonage.url, ...environment });
    let service = await startOne();
    const startAgain = async (): Promise<MeasuredService> => (service = await startOne());
    try {
      await work({ vonage, service, startAgain });
    } finally {
      await stop(service.child);
    }
  } finally {
    await vonage.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok || answer.status === 207) throw new Error(`${url}: ${answer.status} ${text}`);
}

/** Records messages that wait. */
async function queue(url: string, count: number, more: object = {}): Promise<void> {
  for (let sent = 0; sent < count; sent += BATCH) {
    const messages = Array.from({ length: Math.min(BATCH, count - sent) }, (_, index) => ({
      to: `4477${String(10_000_000 + sent + index).slice(-8)}`,
      text: 'Your parcel is here.',
      ...more,
    }));
    await post(`${url}/v1/messages/batch`, { messages });
  }
}

/** Sums the series of a metric whose labels contain this text. */
async function metric(url: string, name: string, labels = ''): Promise<number> {
  const text = await (await ask(`${url}/metrics`)).text();
  let sum = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith(name) && line.includes(labels)) sum += Number(line.split(' ').at(-1));
  }
  return sum;
}

/** The peak of the resident memory since the start, MiB; only Linux tells it. */
function peakMebibytes(pid: number | undefined): string {
  if (process.platform !== 'linux') return 'unknown';
  const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return String(Math.round(Number(kibibytes) / 1_024));
}

const rate = (count: number, ms: number): string => (count / (ms / 1_000)).toFixed(0);

const profiled = (): NodeJS.ProcessEnv =>
  values.profile === undefined
    ? {}
    : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` };

async function measureThroughput(count: number): Promise<void> {
  const limits = { VONAGE_REQUESTS_PER_SECOND: UNLIMITED };
  await inWorld(0, { ...limits, ...profiled() }, async ({ vonage, service }) => {
    const { url, child } = service;
    await post(`${url}/v1/sending/hold`, { reason: 'The queue is filled.' });
    const queueMs = await timed(() => queue(url, count));
    console.log(
      `recorded ${count} messages, ${rate(count, queueMs)}/s, peak ${peakMebibytes(child.pid)} MiB`,
    );
    await delay(2_000);
    const cpuBefore = cpuOf(service, vonage);
    const sendMs = await timed(async () => {
      await post(`${url}/v1/sending/release`, { reason: 'The benchmark begins.' });
      const sent = () => metric(url, 'waybill_attempts_total', 'accepted');
      await waitUntil('all are sent', async () => (await sent()) >= count, DONE_MS_MAX);
    });
    const { taken } = await vonage.calls();
    console.log(
      `handed over and recorded as sent: ${rate(count, sendMs)}/s (${(sendMs / 1_000).toFixed(1)} s), ` +
        `${taken} calls, peak ${peakMebibytes(child.pid)} MiB`,
    );
    tellCpu('message', count, cpuBefore, cpuOf(service, vonage));
  });
}

/** At its defaults the service sends to an account that takes 30 calls a second. */
async function measureLimited(seconds: number): Promise<void> {
  await inWorld(LIMIT_PER_SECOND, {}, async ({ vonage, service: { url } }) => {
    await post(`${url}/v1/sending/hold`, { reason: 'The queue is filled.' });
    // More than can be sent, so that messages wait at the end too.
    await queue(url, LIMIT_PER_SECOND * (seconds + 10));
    await delay(2_000);
    await post(`${url}/v1/sending/release`, { reason: 'The benchmark begins.' });
    await waitUntil(
      'sending has begun',
      async () => (await vonage.calls()).taken > 0,
      DONE_MS_MAX,
      10,
    );
    const before = await vonage.calls();
    const ms = await timed(() => delay(seconds * 1_000));
    const { taken, refused, delayedMsMax } = await vonage.calls();
    console.log(
      `limited to ${LIMIT_PER_SECOND}/s: ${((taken - before.taken) / (ms / 1_000)).toFixed(2)}/s in ${seconds} s, ` +
        `${refused} answers 429, which delayed a message by ${(delayedMsMax / 1_000).toFixed(1)} s at most`,
    );
  });
}

/** Each message of high priority finds at least 2,000 bulk messages that wait. */
async function measureHigh(tries: number): Promise<void> {
  await inWorld(LIMIT_PER_SECOND, {}, async ({ vonage, service: { url } }) => {
    await post(`${url}/v1/sending/hold`, { reason: 'The queue is filled.' });
    const seconds = (tries * HIGH_EVERY_MS) / 1_000;
    await queue(url, BULK_AHEAD + Math.ceil(LIMIT_PER_SECOND * (seconds + 10)), {
      priority: 'bulk',
    });
    await delay(2_000);
    await post(`${url}/v1/sending/release`, { reason: 'The benchmark begins.' });
    const isAtItsPace = async () => (await vonage.calls()).taken > LIMIT_PER_SECOND;
    await waitUntil('the bulk is sent at its pace', isAtItsPace, DONE_MS_MAX, 10);
    const sentAtMs = new Map<string, number>();
    for (let index = 0; index < tries; index++) {
      // Steps of the golden ratio spread the messages evenly over the service's pace.
      await delay(HIGH_EVERY_MS * (0.5 + ((index * 0.618) % 1)));
      const to = `${HIGH_PREFIX}${String(10_000_000 + index)}`;
      sentAtMs.set(to, Date.now());
      await post(`${url}/v1/messages`, { to, text: 'Your code is 123456.', priority: 'high' });
    }
    const areAllTaken = async () => Object.keys((await vonage.calls()).watched).length === tries;
    await waitUntil('all of high priority are handed over', areAllTaken, DONE_MS_MAX, 100);
    const { watched, refused } = await vonage.calls();
    const waits = [...sentAtMs]
      .map(([to, atMs]) => (watched[to] ?? Infinity) - atMs)
      .toSorted((left, right) => left - right);
    const share = (part: number): string => `${waits[Math.ceil(part * tries) - 1]} ms`;
    console.log(
      `${tries} messages of high priority behind ${BULK_AHEAD} bulk ones were handed over after ` +
        `p50 ${share(0.5)}, p99 ${share(0.99)}, at most ${share(1)}; ${refused} answers 429`,
    );
  });
}

/** All messages expire while the service is stopped. */
async function measureTimers(count: number): Promise<void> {
  await inWorld(0, profiled(), async ({ vonage, service: { url, child }, startAgain }) => {
    await post(`${url}/v1/sending/hold`, { reason: 'The messages wait until they expire.' });
    const ttlSeconds = 60 + Math.ceil(count / 200);
    await queue(url, count, { ttlSeconds });
    const expiredAtMs = performance.now() + ttlSeconds * 1_000;
    // The agenda follows before the stop.
    const waiting = () => metric(url, 'waybill_messages{', 'status="accepted"');
    await waitUntil('the agenda has followed', async () => (await waiting()) >= count, DONE_MS_MAX);
    await stop(child);
    await delay(expiredAtMs - performance.now());
    const again = await startAgain();
    const cpuBefore = cpuOf(again, vonage);
    const expired = () => metric(again.url, 'waybill_messages{', 'status="expired"');
    const haveExpired = async () => (await expired()) >= count;
    const ms = await waitUntil('all have expired', haveExpired, DONE_MS_MAX);
    console.log(
      `${count} due timers were done in ${(ms / 1_000).toFixed(1)} s after the start, ${rate(count, ms)}/s, ` +
        `peak ${peakMebibytes(again.child.pid)} MiB`,
    );
    tellCpu('timer', count, cpuBefore, cpuOf(again, vonage));
  });
}

/** The CPU time of the service, its threads and the loopback Vonage; empty but on Linux. */
function cpuOf({ child }: MeasuredService, vonage: Vonage): Cpu {
  const ofService = processCpuSeconds(child.pid ?? 0);
  const ofVonage = processCpuSeconds(vonage.pid ?? 0);
  if (ofService === undefined || ofVonage === undefined) return new Map();
  const { all, threads } = ofService;
  return new Map([['service', all], ...threads, ['loopback Vonage', ofVonage.all]]);
}

/** Seconds by name. */
type Cpu = ReadonlyMap<string, number>;

/** Shorter ones are left out. */
const TOLD_MS_MIN = 0.005;

/** CPU time does not depend on what else the machine does, as the rate does. */
function tellCpu(what: string, count: number, before: Cpu, after: Cpu): void {
  if (after.size === 0) return;
  const parts = [...after].flatMap(([name, seconds]) => {
    const ms = ((seconds - (before.get(name) ?? 0)) * 1_000) / count;
    return ms < TOLD_MS_MIN ? [] : [`${name} ${ms.toFixed(2)}`];
  });
  console.log(`CPU time of a ${what}, ms: ${parts.join(', ')}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

if (values.help) {
  process.stdout.write(HELP);
} else {
  console.log(`${cpus().length} cores, Node ${process.version}`);
  if (values.limited !== undefined) await measureLimited(Number(values.limited));
  if (values.timers !== undefined) await measureTimers(Number(values.timers));
  if (values['high-tries'] !== undefined) await measureHigh(Number(values['high-tries']));
  if ([values.limited, values.timers, values['high-tries']].every((value) => value === undefined)) {
    await measureThroughput(Number(values.messages));
  }
}
