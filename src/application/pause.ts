import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after the given milliseconds, or as soon as `signal` aborts: the caller checks the signal itself. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
