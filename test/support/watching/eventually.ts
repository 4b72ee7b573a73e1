import { setTimeout as wait } from 'node:timers/promises';

const POLL_INTERVAL_MS = 5;

/** Only a guard against a hang: the speed of the machine does not matter to a condition. */
const WITHIN_MS = 30_000;

/**
 * Waits until `condition` returns something other than undefined and false, and returns that value.
 * Fails after `withinMs` with the last error of the condition, so that a test may put an
 * `expect` into it.
 */
export async function eventually<Value>(
  condition: () => Promise<Value> | Value,
  { withinMs = WITHIN_MS }: { readonly withinMs?: number } = {},
): Promise<Exclude<Value, undefined | false>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    let failure: unknown = new Error(`the condition did not come true within ${withinMs} ms`);
    try {
      const value = await condition();
      if (value !== undefined && value !== false) {
        return value as Exclude<Value, undefined | false>;
      }
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure;
    await wait(POLL_INTERVAL_MS);
  }
}
