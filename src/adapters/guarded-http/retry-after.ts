import type { IncomingHttpHeaders } from 'node:http';

type Header = string | null | undefined;

/** Returns the pause that an answer asks for, milliseconds; null without one. */
export function retryAfterMsIn(headers: IncomingHttpHeaders): number | null {
  const pauseMs = pauseMsOf(headers['retry-after'], answeredMsOf(headers.date, Date.now())) ?? 0;
  return pauseMs > 0 ? pauseMs : null;
}

/**
 * Reads `Retry-After`: seconds or a date (RFC 9110, section 10.2.3); a fraction and other dates of UTC are understood too.
 * V8 reads "May 2049" as a date, so only dates with a zone are read.
 * @returns milliseconds, negative for a date that is over; null where it tells none
 */
export function pauseMsOf(text: Header, answeredMs: number): number | null {
  if (/^\d+(?:\.\d+)?$/.test(text ?? '')) return Number(text) * 1000;
  const moment = /(?:GMT|UTC|Z)$/.test(text ?? '') ? Date.parse(text ?? '') : Number.NaN;
  return Number.isNaN(moment) ? null : moment - answeredMs;
}

/** Returns the time of an answer by its header `Date`, the clock that wrote its other dates too. */
export const answeredMsOf = (date: Header, nowMs: number): number =>
  Date.parse(date ?? '') || nowMs;
