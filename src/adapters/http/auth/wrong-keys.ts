import { LRUCache } from 'lru-cache';
import { ThrottledLog } from '../../../application/throttled-log.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { Metrics } from '../../../application/ports/metrics.js';
import { HttpProblem } from '../problems/http-problem.js';

/** Limit per address and minute. A program with an old key learns of it in time, and attackers are slowed down. */
const WRONG_KEYS_MAX = 20;
const MINUTE_MS = 60_000;
/** Beyond this many, the address that was quiet for the longest time is forgotten. */
const ADDRESSES_MAX = 10_000;

interface Tries {
  count: number;
  readonly untilMs: number;
}

/** Counts wrong API keys, logs them once a minute, and makes an address with too many of them wait. */
export class WrongKeys {
  private readonly tries = new LRUCache<string, Tries>({ max: ADDRESSES_MAX });
  private readonly log: ThrottledLog;

  constructor(
    logger: Logger,
    private readonly metrics: Metrics,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /** True when the address has sent more wrong keys in this minute than are answered. */
  hasTooMany(address: string): boolean {
    const tries = this.tries.get(address);
    return (
      tries !== undefined && tries.count > WRONG_KEYS_MAX && tries.untilMs >= performance.now()
    );
  }

  /** Call it for each wrong key. Valid keys of the same address still work: it may be a proxy's. */
  refuse(address: string, detail = SEND_A_KEY): HttpProblem {
    const tries = this.count(address);
    if (tries.count <= WRONG_KEYS_MAX) return new HttpProblem(401, detail);
    return new HttpProblem(
      429,
      `More than ${WRONG_KEYS_MAX} wrong API keys in a minute came from this address. Wait, and send a valid key.`,
      { retryAfterSeconds: Math.ceil((tries.untilMs - performance.now()) / 1000) },
    );
  }

  /** Counts and logs a wrong key on a request that is answered anyway. */
  count(address: string): Tries {
    this.metrics.apiKeyRefused();
    this.log.warn(
      'wrong API key',
      { address },
      'A request came with an API key that is not known, or no longer valid.',
    );
    const nowMs = performance.now();
    const known = this.tries.get(address);
    const tries =
      known === undefined || known.untilMs < nowMs
        ? { count: 0, untilMs: nowMs + MINUTE_MS }
        : known;
    tries.count += 1;
    this.tries.set(address, tries);
    return tries;
  }
}

export const SEND_A_KEY = 'Send a valid API key as `Authorization: Bearer <key>`.';
