import { Agent, get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { mainThreadTime } from './process-usage.js';

const PAUSE_MS = 5;

/** The observations of a client that only asks whether the service lives. */
export interface Liveness {
  readonly answers: number;
  /** Questions that were answered with another status than 200, or not at all. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
  /** The same without what other programs on the machine have to do with it; see `ownMs`. */
  readonly slowestOwnMs: number;
}

// A process of its own, so that sending bodies and asking do not wait for each other.
const [url = '', pid = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let seen: Liveness;
forget();

process.on('message', () => {
  process.send?.(seen);
  forget();
});
process.on('disconnect', () => process.exit());

for (;;) {
  await ask();
  await delay(PAUSE_MS);
}

function forget(): void {
  seen = { answers: 0, failures: [], slowestMs: 0, slowestOwnMs: 0 };
}

async function ask(): Promise<void> {
  const startedMs = performance.now();
  const service = mainThreadTime(Number(pid));
  const self = mainThreadTime(process.pid);
  const failure = await failureOfAnswer();
  const tookMs = performance.now() - startedMs;
  const ranMs = mainThreadTime(Number(pid)).ranMs - service.ranMs;
  const waitedMs = mainThreadTime(process.pid).waitedMs - self.waitedMs;
  seen = {
    answers: seen.answers + 1,
    failures: failure === undefined ? seen.failures : [...seen.failures, failure],
    slowestMs: Math.max(seen.slowestMs, tookMs),
    slowestOwnMs: Math.max(seen.slowestOwnMs, ownMs(tookMs, ranMs, waitedMs)),
  };
}

/**
 * An answer takes long because the service's loop was held, or because another program had the processor. Only in the
 * former case the service's main thread ran for so long; and it goes on running while this process waits for its turn.
 */
function ownMs(tookMs: number, serviceRanMs: number, selfWaitedMs: number): number {
  return Math.min(serviceRanMs, tookMs - selfWaitedMs);
}

function failureOfAnswer(): Promise<string | undefined> {
  return new Promise((resolve) => {
    get(`${url}/health/live`, { agent }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode === 200 ? undefined : `a ${response.statusCode}`);
      });
    }).on('error', (error) => resolve(error.message));
  });
}
