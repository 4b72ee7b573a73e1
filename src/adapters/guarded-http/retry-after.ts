import type { IncomingHttpHeaders } from 'node:http';

/**
 * Returns the pause that an answer asks for, milliseconds; null without one. `Retry-After` has seconds or a date (RFC 9110,
 * section 10.2.3), which the other side's own clock tells. V8 reads 49.5 as a date in 2049, so only dates in GMT are read.
 */
export function retryAfterMsIn(headers: IncomingHttpHeaders): number | null {
  const value = headers['retry-after'] ?? '';
  const answeredMs = Date.parse(headers.date ?? '') || Date.now();
  const isDate = value.endsWith('GMT');
  const waitMs = isDate ? Date.parse(value) - answeredMs : Number(value) * 1000;
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null;
}
