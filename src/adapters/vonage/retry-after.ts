import { PAUSE_MS_MAX } from '../../application/ports/pace.js';

/**
 * Returns the pause that an answer asks for, milliseconds, or null without one. `Retry-After` has seconds or a date
 * (RFC 9110, section 10.2.3); a fraction and other dates of UTC are understood too. `X-RateLimit-Reset` has a moment: Vonage's specification calls it a Unix timestamp and
 * gives an example in milliseconds. More than `PAUSE_MS_MAX` is taken for a mistake, such as seconds that were meant
 * as milliseconds or a date of another clock, and counts as that much.
 */
export function retryAfterMsOf(headers: Pick<Headers, 'get'>, nowMs: number): number | null {
  // The time of Vonage's answer, by the clock that wrote the other dates too.
  const answeredMs = Date.parse(headers.get('date') ?? '') || nowMs;
  const asked =
    delayOf(headers.get('retry-after'), answeredMs) ??
    resetOf(headers.get('x-ratelimit-reset'), answeredMs);
  return asked === null ? null : Math.min(PAUSE_MS_MAX, Math.max(0, Math.ceil(asked)));
}

function delayOf(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const moment = /(?:GMT|UTC|Z)$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(moment) ? null : moment - nowMs;
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
