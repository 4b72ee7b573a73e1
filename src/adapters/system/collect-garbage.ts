import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** By now the first requests are over, and their garbage goes too. */
const STARTED_MS = 20_000;
/** The load of the thread is measured for this long before the collection. */
const WATCHED_MS = 2_000;
/** A thread that works more than this share of the time collects by itself, and must not be stopped for it. */
const IDLE_SHARE_MAX = 0.1;

/**
 * Collects this thread's garbage once, after its start, as soon as it is idle. V8 collects when more is allocated, so a
 * service that is idle would keep what its start has left: some 50 MB in all threads. Under load it would be stopped for
 * up to a second.
 */
export function collectOnceStarted(): void {
  setTimeout(collectWhenIdle, STARTED_MS - WATCHED_MS).unref();
}

function collectWhenIdle(): void {
  const before = performance.eventLoopUtilization();
  setTimeout(() => {
    const { utilization } = performance.eventLoopUtilization(before);
    if (utilization <= IDLE_SHARE_MAX) collect();
    else collectOnceStarted();
  }, WATCHED_MS).unref();
}

function collect(): void {
  // Node gives the collector away only by a flag, and to contexts that are made after it.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (how: object) => void;
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
