/**
 * Vonage's retry schedule for callbacks: first after 5 s, then twice as long each time up to 15 min, for 24 h,
 * and only after 429, 5xx or no answer at all (Vonage support article 360028543292; counting no answer
 * like a 5xx is our reading).
 */
const FIRST_DELAY_MS = 5_000;
const DELAY_MS_MAX = 15 * 60 * 1_000;
const GIVE_UP_AFTER_MS = 24 * 60 * 60 * 1_000;

function schedule(): readonly number[] {
  const delaysMs: number[] = [];
  let elapsedMs = 0;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, DELAY_MS_MAX)) {
    elapsedMs += delayMs;
    if (elapsedMs > GIVE_UP_AFTER_MS) return delaysMs;
    delaysMs.push(delayMs);
  }
}

/** The delay before each retry, unscaled; after the last one the callback is discarded. */
export const retryDelaysMs = schedule();

/** The verdict on the receiver's answer: an HTTP status, or null when none came in time. */
export type Verdict = 'delivered' | 'retry' | 'lost';

export function judge(answer: number | null): Verdict {
  if (answer === null || answer === 429 || answer >= 500) return 'retry';
  // Vonage's documentation of webhooks counts 200 to 205 as success.
  return answer >= 200 && answer <= 205 ? 'delivered' : 'lost';
}
