import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** By now the first requests are over, and their garbage goes too. */
const STARTED_MS = 20_000;
/** The load of the thread is measured for this long before the collection. */
const WATCHED_MS = 2_000;
/** A thread that works more than this share of the time collects by itself, and must not be stopped for it. */
const IDLE_SHARE_MAX = 0.1;

/**
 * V8 drops the compiled code of a function that does not run during six collections. Each of these collects at least twice.
 * A function that is called again is compiled again, in microseconds.
 */
const COLLECTIONS = 4;
/** The event loop handles what has arrived between two collections. */
const PAUSE_MS = 100;

/**
 * Collects this thread's garbage and unused compiled code once after its start, as soon as it is idle. V8 collects only when
 * more is allocated: an idle service would keep some 50 MB of its start in all threads. Under load a collection would stop
 * the thread for up to a second.
 */
export function collectOnceStarted(startedMs = STARTED_MS): void {
  setTimeout(collectWhenIdle, startedMs - WATCHED_MS).unref();
}

function collectWhenIdle(): void {
  const before = performance.eventLoopUtilization();
  setTimeout(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    if (utilization <= IDLE_SHARE_MAX) void collect();
    else collectOnceStarted();
  }, WATCHED_MS).unref();
}

async function collect(): Promise<void> {
  // Node gives the collector away only by a flag, and to contexts that are made after it.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (how: object) => void;
  for (let collections = 0; collections < COLLECTIONS; collections++) {
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await delay(PAUSE_MS, undefined, { ref: false });
  }
}
