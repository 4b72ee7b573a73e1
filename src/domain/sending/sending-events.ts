import type { Fact } from '../fact.js';
import type { Provider } from './provider.js';

/** The causes of a hold, during which nothing is handed over. */
export const holdCauses = [
  'operator',
  /** `SENDING=held`. */
  'setting',
  'restored-copy',
  'damaged-ledger',
  /** A provider refused the account: its credentials, its credit or the configured address. */
  'configuration',
] as const;
export type HoldCause = (typeof holdCauses)[number];

/**
 * The decision about messages that waited when a ledger was restored or found damaged. `send`: they are sent.
 * `unknown`: each gets an attempt of unknown outcome, so that none is sent a second time automatically.
 */
export const waitingDecisions = ['send', 'unknown'] as const;
export type WaitingDecision = (typeof waitingDecisions)[number];

/** From now on nothing is handed over: to anybody, or to one provider. */
export type SendingHeld = Fact<
  'SendingHeld',
  {
    readonly cause: HoldCause;
    /** For a person. */
    readonly reason: string;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
    /**
     * Absent: all of sending. Earlier versions named none; with the cause `configuration` they meant Vonage.
     */
    readonly provider?: Provider;
  }
>;

/** From now on messages are handed over again. */
export type SendingReleased = Fact<
  'SendingReleased',
  {
    readonly reason: string;
    /** Null when no decision was required. */
    readonly waiting: WaitingDecision | null;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
    /** Absent: everything that is held. */
    readonly provider?: Provider;
  }
>;

/** From now on nothing is handed over for this sender on this channel, because Vonage (HTTP 403) or the mail server refused it. */
export type SenderHeld = Fact<
  'SenderHeld',
  {
    readonly channel: string;
    readonly from: string;
    /** For a person. */
    readonly reason: string;
    readonly by: string;
  }
>;

/** From now on messages of this sender are handed over again. */
export type SenderReleased = Fact<
  'SenderReleased',
  {
    readonly channel: string;
    readonly from: string;
    readonly reason: string;
    /** Name of the API key; null where no key was used. */
    readonly by: string | null;
  }
>;

/** The name of the service itself where it holds and releases. No API key can have it, because of the space. */
export const BY_ITSELF = 'the service';

export type SendingEvent = SendingHeld | SendingReleased | SenderHeld | SenderReleased;
