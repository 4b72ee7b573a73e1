import type { ServiceLimits } from '../../src/domain/limits/day-limits.js';
import { noDayLimits } from '../../src/domain/limits/day-limits.js';
import type { RetryPolicy } from '../../src/domain/message/retry-policy.js';
import type { Scheduler } from './scheduler.js';
import type { StoreFaults } from './surroundings/simulated-ledger.js';

/** In so many of a hundred calls. */
export interface VonageFaults {
  /** 429 with `Retry-After`. */
  readonly tooMany: number;
  /** 5xx, or the connection is cut; the call was taken or not. */
  readonly broken: number;
  /** The answer takes longer than the service waits. */
  readonly slow: number;
}

/** In so many of a hundred messages. */
export interface ReportFaults {
  /** Sent before the call was answered. */
  readonly early: number;
  /** Sent after the confirmation window. */
  readonly late: number;
  readonly repeated: number;
  readonly outOfOrder: number;
  readonly contradicting: number;
  readonly missing: number;
  /** Without a client ref, so that only the uuid tells whose it is. */
  readonly stray: number;
  /** Of failures, with a code that may pass. */
  readonly failing: number;
}

/** What one seed does: each seed has some kinds of faults, and none of the others. */
export interface Plan {
  readonly instances: number;
  readonly messages: number;
  /** Virtual milliseconds in which people act and faults occur. */
  readonly activeMs: number;
  /** A pause of the service takes up to so many times as long: a busy machine wakes it late. */
  readonly lateness: number;
  readonly callsPerSecond: number;
  readonly retryPolicy: RetryPolicy;
  readonly confirmWithinSeconds: number;
  readonly vonageTimeoutMs: number;
  readonly probeMs: number;
  readonly limits: ServiceLimits;
  readonly store: StoreFaults;
  readonly readModelsFailing: number;
  readonly vonage: VonageFaults;
  readonly reports: ReportFaults;
}

const never: ReportFaults = {
  early: 0,
  late: 0,
  repeated: 0,
  outOfOrder: 0,
  contradicting: 0,
  missing: 0,
  stray: 0,
  failing: 0,
};

export function planFor(scheduler: Scheduler): Plan {
  return {
    instances: 1,
    messages: Math.floor(scheduler.between(4, 25)),
    activeMs: 60_000,
    lateness: scheduler.oneOf([1, 3, 8]),
    callsPerSecond: 30,
    retryPolicy: { attemptsMax: 3, firstDelayMs: 4_000, delayMsMax: 15_000, ageMsMax: 600_000 },
    confirmWithinSeconds: 30,
    vonageTimeoutMs: 8_000,
    probeMs: 15_000,
    limits: { ...noDayLimits, messagesPerRecipientHour: null },
    store: { unavailable: 0, answerLost: 0, slow: 0 },
    readModelsFailing: 0,
    vonage: { tooMany: 0, broken: 0, slow: 0 },
    reports: never,
  };
}
