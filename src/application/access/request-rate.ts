import type { MonotonicClock } from '../ports/clock.js';

/** The requests that a limited key has left. */
export interface RateState {
  readonly allowed: boolean;
  readonly requestsPerSecond: number;
  /** Requests that may follow immediately. */
  readonly remaining: number;
  /** Time until a full second's burst is allowed again. */
  readonly resetMs: number;
  /** Time until the next request is allowed; 0 when it is allowed now. */
  readonly waitMs: number;
}

const SECOND_MS = 1_000;

/**
 * Limits the requests of each key on this instance by the generic cell rate algorithm (ITU-T I.371): a second's
 * requests may come at once, and then as many a second. On the monotonic clock, so that a step of the wall clock
 * neither blocks a key nor lets it through; libraries measure by the wall clock.
 */
export class RequestRate {
  /**
   * The time at which all requests of a key would have been spread out evenly (the theoretical arrival time). Only keys
   * with a limit are in it.
   */
  private readonly spreadUntilMs = new Map<string, number>();

  constructor(private readonly clock: MonotonicClock) {}

  /** Counts a request. One that is not allowed costs nothing. @param requestsPerSecond at least 1 */
  take(name: string, requestsPerSecond: number): RateState {
    const nowMs = this.clock.elapsedMs();
    const eachMs = SECOND_MS / requestsPerSecond;
    const spreadMs = Math.max(this.spreadUntilMs.get(name) ?? 0, nowMs) + eachMs;
    const allowed = spreadMs - nowMs <= SECOND_MS + ROUNDING_MS;
    if (allowed) this.spreadUntilMs.set(name, spreadMs);
    const usedMs = (allowed ? spreadMs : spreadMs - eachMs) - nowMs;
    return {
      allowed,
      requestsPerSecond,
      remaining: Math.max(0, Math.floor((SECOND_MS - usedMs + ROUNDING_MS) / eachMs)),
      resetMs: usedMs,
      waitMs: allowed ? 0 : spreadMs - nowMs - SECOND_MS,
    };
  }
}

/** Tolerance for rounding: sums of thirds and sevenths of a second are not exact. */
const ROUNDING_MS = 1e-6;
