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
  readonly kills: number;
  /** How often leadership is taken from an instance that lives. */
  readonly leadershipLosses: number;
  /** What people do, in so many of a hundred messages. */
  readonly people: PeopleActs;
  /** How often an operator holds sending, and releases it later. */
  readonly holds: number;
  /** The number of times that an operator resolves or resends all listed messages. */
  readonly bulkDecisions: number;
  /** Steps of the wall clock of all machines, milliseconds. Some of them are taken back. */
  readonly clockSteps: readonly { readonly byMs: number; readonly isTakenBack: boolean }[];
  /** Nothing fails, and all messages come in the first seconds, so that lanes fill up. */
  readonly isRush: boolean;
  /** Times of an account without credit, or with a refused key. */
  readonly accountRefusals: number;
  /** Times in which one sender is refused. */
  readonly senderRefusals: number;
  /** How many people opt out by STOP or through an operator. */
  readonly optOuts: number;
  /** An API key is made, used and revoked. */
  readonly revokesKey: boolean;
  /** Undefined: webhooks are repeated within seconds. Otherwise as Vonage repeats them. */
  readonly outage: OutagePlan | undefined;
}

/**
 * A time in which webhooks are not taken in: no instance runs (`down`), none reaches the ledger (`cut-all`), or one of two does not
 * (`cut-one`), or half of the calls to the ledger fail (`half`), or one that does not lead refuses webhooks and reaches the ledger
 * (`refusing`).
 */
export interface OutagePlan {
  readonly kind: 'down' | 'cut-all' | 'cut-one' | 'half' | 'refusing';
  readonly lengthMs: number;
  /** Of a hundred webhooks, a refusing instance refuses so many. */
  readonly refused: number;
  /** An instance is killed so long after it; undefined: none. */
  readonly killAfterMs: number | undefined;
}

export interface PeopleActs {
  readonly schedule: number;
  /** With a time to live of seconds. */
  readonly expire: number;
  readonly cancel: number;
  /** With a fallback plan. */
  readonly fallback: number;
  /** Of a hundred steps, to another person. */
  readonly fallbackToAnother: number;
  /** `onUnknown: resend`. */
  readonly resendUnknown: number;
  readonly resolve: number;
  readonly resend: number;
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

const nobody: PeopleActs = {
  schedule: 0,
  expire: 0,
  cancel: 0,
  fallback: 0,
  fallbackToAnother: 0,
  resendUnknown: 0,
  resolve: 0,
  resend: 0,
};

/** Of a hundred seeds so many have a rush. */
const RUSH_PERCENT = 15;
/** Of the others so many are steered. */
const STEERED_PERCENT = 10;
/** Of the rest so many have an outage. */
const OUTAGE_PERCENT = 15;
/** The longest step of a clock: what a clock alone can tell still comes before the end. */
const STEP_MS_MAX = 10 * 60_000;

/** Draws the plan of a seed. */
export function planFor(scheduler: Scheduler): Plan {
  const drawn = troubledPlanFor(scheduler);
  // A process that starts after a step forward cannot tell it from a time in which it did not run.
  const plan = drawn.kills === 0 ? drawn : { ...drawn, clockSteps: [] };
  if (scheduler.chance(RUSH_PERCENT)) return { ...plan, ...rush(scheduler) };
  if (scheduler.chance(STEERED_PERCENT)) return { ...plan, ...steered(scheduler) };
  return scheduler.chance(OUTAGE_PERCENT) ? { ...plan, ...withOutage(scheduler) } : plan;
}

/** Draws an outage and causes of second texts. Nothing else keeps a report away or excuses a late look. */
function withOutage(scheduler: Scheduler): Partial<Plan> {
  const kind = scheduler.oneOf(['down', 'cut-all', 'cut-one', 'half', 'refusing'] as const);
  const mayKill = kind === 'down' || kind === 'cut-all';
  const isOfTwo = kind === 'cut-one' || kind === 'refusing';
  const instances = isOfTwo ? 2 : kind === 'half' ? 1 : scheduler.oneOf([1, 2]);
  return {
    instances,
    messages: Math.floor(scheduler.between(10, 30)),
    lateness: 1,
    limits: { ...noDayLimits, messagesPerRecipientHour: null },
    store: { unavailable: 0, answerLost: 0, slow: 0 },
    readModelsFailing: 0,
    vonage: { tooMany: 0, broken: scheduler.oneOf([0, 40]), slow: 0 },
    reports: { ...never, repeated: 20 },
    kills: 0,
    leadershipLosses: instances === 2 ? scheduler.oneOf([0, 3]) : 0,
    people: { ...nobody, fallback: 60, fallbackToAnother: 50, resendUnknown: 60 },
    // What becomes due while it is held is sent after the outage.
    holds: scheduler.oneOf([0, 2, 2]),
    confirmWithinSeconds: scheduler.oneOf([5, 30]),
    bulkDecisions: 0,
    accountRefusals: 0,
    senderRefusals: 0,
    optOuts: scheduler.oneOf([0, 3]),
    clockSteps: [],
    outage: {
      kind,
      // A restart takes seconds, and another one may follow it.
      lengthMs: scheduler.oneOf([
        scheduler.between(15_000, 60_000),
        scheduler.between(2_000, 10_000),
      ]),
      refused: scheduler.oneOf([20, 60, 100]),
      killAfterMs: mayKill && scheduler.chance(60) ? scheduler.between(500, 20_000) : undefined,
    },
  };
}

/** Two instances, of which one may be told of a hold that the other must heed, and nothing that excuses a late look. */
const steered = (scheduler: Scheduler): Partial<Plan> => ({
  instances: 2,
  messages: Math.floor(scheduler.between(20, 40)),
  lateness: 1,
  store: { unavailable: 0, answerLost: 0, slow: 0 },
  readModelsFailing: 0,
  kills: 0,
  leadershipLosses: 0,
  holds: 2,
});

const rush = (scheduler: Scheduler): Partial<Plan> => ({
  instances: 1,
  messages: Math.floor(scheduler.between(20, 40)),
  lateness: 1,
  callsPerSecond: 2,
  limits: { ...noDayLimits, messagesPerRecipientHour: null },
  store: { unavailable: 0, answerLost: 0, slow: 0 },
  readModelsFailing: 0,
  vonage: { tooMany: 0, broken: 0, slow: 0 },
  kills: 0,
  leadershipLosses: 0,
  holds: 0,
  accountRefusals: 0,
  senderRefusals: 0,
  optOuts: 0,
  clockSteps: [],
  isRush: true,
});

function troubledPlanFor(scheduler: Scheduler): Plan {
  const percent = (likely: number, most: number): number =>
    scheduler.chance(likely) ? scheduler.between(1, most) : 0;
  const times = (likely: number, most: number): number =>
    scheduler.chance(likely) ? Math.ceil(scheduler.between(0, most)) : 0;
  const drawn = <Of extends object>(none: Of, likely: number, most: number): Of =>
    Object.fromEntries(Object.keys(none).map((name) => [name, percent(likely, most)])) as Of;
  const messages = Math.floor(scheduler.between(4, 20));
  return {
    instances: scheduler.oneOf([1, 2]),
    messages,
    activeMs: 60_000,
    lateness: scheduler.oneOf([1, 8, 8, 20, 20]),
    callsPerSecond: scheduler.oneOf([2, 30]),
    retryPolicy: { attemptsMax: 3, firstDelayMs: 4_000, delayMsMax: 15_000, ageMsMax: 600_000 },
    confirmWithinSeconds: 30,
    vonageTimeoutMs: 8_000,
    probeMs: 15_000,
    limits: {
      ...noDayLimits,
      messagesPerDay: scheduler.chance(40) ? Math.ceil(messages / 3) : null,
      messagesPerRecipientHour: scheduler.chance(15) ? 2 : null,
    },
    store: drawn({ unavailable: 0, answerLost: 0, slow: 0 }, 35, 12),
    readModelsFailing: percent(25, 10),
    vonage: drawn({ tooMany: 0, broken: 0, slow: 0 }, 35, 40),
    reports: drawn(never, 35, 60),
    kills: times(35, 4),
    leadershipLosses: times(25, 3),
    people: drawn(nobody, 35, 50),
    holds: times(40, 3),
    bulkDecisions: times(30, 3),
    clockSteps: Array.from({ length: times(25, 2) }, () => ({
      byMs: scheduler.between(-STEP_MS_MAX, STEP_MS_MAX),
      isTakenBack: scheduler.chance(50),
    })),
    isRush: false,
    accountRefusals: times(20, 2),
    senderRefusals: times(15, 2),
    optOuts: times(25, 3),
    revokesKey: scheduler.chance(20),
    outage: undefined,
  };
}
