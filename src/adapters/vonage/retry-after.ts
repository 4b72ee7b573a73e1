import { PAUSE_MS_MAX } from '../../application/ports/pace.js';
import { answeredMsOf, pauseMsOf } from '../guarded-http/retry-after.js';

/**
 * Returns the pause that an answer asks for, milliseconds, or null without one. Beside `Retry-After`, `X-RateLimit-Reset`
 * has a moment: Vonage's specification calls it a Unix timestamp and gives an example in milliseconds. More than
 * `PAUSE_MS_MAX` is taken for a mistake, such as seconds that were meant as milliseconds or a date of another clock, and
 * counts as that much.
 */
export function retryAfterMsOf(headers: Pick<Headers, 'get'>, nowMs: number): number | null {
  const answeredMs = answeredMsOf(headers.get('date'), nowMs);
  const asked =
    pauseMsOf(headers.get('retry-after'), answeredMs) ??
    resetOf(headers.get('x-ratelimit-reset'), answeredMs);
  return asked === null ? null : Math.min(PAUSE_MS_MAX, Math.max(0, Math.ceil(asked)));
}

const MILLISECONDS_FROM = 1_000_000_000_000;
const SECONDS_FROM = 1_000_000_000;

/** A number too small for a present-day moment can only be seconds from now. */
function resetOf(text: string | null, nowMs: number): number | null {
  if (text === null || !/^\d{1,15}$/.test(text)) return null;
  const value = Number(text);
  if (value >= MILLISECONDS_FROM) return value - nowMs;
  return value >= SECONDS_FROM ? value * 1000 - nowMs : value * 1000;
}
