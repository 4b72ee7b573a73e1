import type { Fact } from '../fact.js';

/** The causes of a hold, during which nothing is handed to Vonage. */
export const holdCauses = [
  'operator',
  /** `SENDING=held`. */
  'setting',
  'restored-copy',
  'damaged-ledger',
] as const;
export type HoldCause = (typeof holdCauses)[number];

/**
 * The decision about messages that waited when a ledger was restored or found damaged. `send`: they are sent.
 * `unknown`: each gets an attempt of unknown outcome, so that none is sent a second time automatically.
 */
export const waitingDecisions = ['send', 'unknown'] as const;
export type WaitingDecision = (typeof waitingDecisions)[number];

/** From now on nothing is handed to Vonage. */
export type SendingHeld = Fact<
  'SendingHeld',
  {
    readonly cause: HoldCause;
    /** For a person. */
    readonly reason: string;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
  }
>;

/** From now on messages are handed to Vonage again. */
export type SendingReleased = Fact<
  'SendingReleased',
  {
    readonly reason: string;
    /** Null when no decision was required. */
    readonly waiting: WaitingDecision | null;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
  }
>;

export type SendingEvent = SendingHeld | SendingReleased;
