import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** By now the first requests are over, and their garbage goes too. */
const STARTED_MS = 20_000;
/** The load of the thread is measured for this long before the collection. */
const WATCHED_MS = 2_000;
/** A thread that works more than this share of the time collects by itself, and must not be stopped for it. */
const IDLE_SHARE_MAX = 0.1;

/**
 * V8 forgets code that has not run during six collections, and each of these is two or more. A start compiles much that does
 * not run again soon; what is called again is compiled again, in microseconds.
 */
const COLLECTIONS = 4;
/** Between two of them others have their turn. */
const PAUSE_MS = 100;

/**
 * Collects this thread's garbage, and code that it no longer runs, once after its start, as soon as it is idle. V8 collects when more is allocated, so a
 * service that is idle would keep what its start has left: some 50 MB in all threads. Under load it would be stopped for
 * up to a second.
 */
export function collectOnceStarted(startedMs = STARTED_MS): void {
  setTimeout(collectWhenIdle, startedMs - WATCHED_MS).unref();
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
  let left = COLLECTIONS;
  const again = (): void => {
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    left -= 1;
    if (left > 0) setTimeout(again, PAUSE_MS).unref();
  };
  again();
}
