import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after so many milliseconds, or as soon as `signal` aborts: whoever waits looks at the signal itself. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
