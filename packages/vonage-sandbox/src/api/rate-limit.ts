import type { RateLimitState } from './problems.js';

const WINDOW_MS = 1_000;

/**
 * Lets at most `limit` requests through in any second, however they fall: a request passes when
 * the one `limit` places before it is a second old. Refused requests do not count.
 */
export class RateLimit {
  private readonly passedAtMs: number[] = [];

  /** Returns null when the request may pass; otherwise the state of the limit, for the answer. */
  check(limit: number | null, nowMs: number): RateLimitState | null {
    if (limit === null) return null;
    const expired = this.passedAtMs.findIndex((at) => at > nowMs - WINDOW_MS);
    this.passedAtMs.splice(0, expired === -1 ? this.passedAtMs.length : expired);
    const oldest = this.passedAtMs[this.passedAtMs.length - limit];
    if (this.passedAtMs.length >= limit && oldest !== undefined) {
      const resetAtMs = oldest + WINDOW_MS;
      const retryAfterSeconds = Math.max(1, Math.ceil((resetAtMs - nowMs) / 1_000));
      return { limit, remaining: 0, resetAtMs, retryAfterSeconds };
    }
    this.passedAtMs.push(nowMs);
    return null;
  }
}
