import { setTimeout as wait } from 'node:timers/promises';

/**
 * Repeats an action until the returned function is called, with a pause after each time. That function waits for the
 * action under way, so that none meets a service that stops, and fails if one of them has failed.
 */
export function repeating(action: () => Promise<unknown>, pauseMs: number): () => Promise<void> {
  const end = new AbortController();
  const ending = repeatUntil(end.signal, action, pauseMs);
  // The returned function reports a failure. Until it is called, this handler keeps Node from ending the process.
  ending.catch(() => undefined);
  return () => {
    end.abort();
    return ending;
  };
}

async function repeatUntil(
  end: AbortSignal,
  action: () => Promise<unknown>,
  pauseMs: number,
): Promise<void> {
  while (!end.aborted) {
    await action();
    await wait(pauseMs, undefined, { signal: end }).catch(() => undefined);
  }
}
