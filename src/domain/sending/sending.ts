import type { HoldCause, SendingEvent } from './sending-events.js';

/** Whether messages are handed to Vonage. */
export type Sending =
  /** Since is null where it was never held. */
  | { readonly state: 'flowing'; readonly since: string | null }
  | {
      readonly state: 'held';
      /** ISO 8601 UTC. */
      readonly since: string;
      readonly cause: HoldCause;
      readonly reason: string;
      readonly by: string | null;
    };

export const neverHeld: Sending = { state: 'flowing', since: null };

/** A hold upon a hold changes nothing, except that doubt in the ledger asks for a decision about all that waits by then. */
export function evolveSending(sending: Sending, event: SendingEvent): Sending {
  const { occurredAt: since } = event.data;
  if (event.type === 'SendingReleased') return { state: 'flowing', since };
  const { cause, reason, by } = event.data;
  if (sending.state === 'held' && !changesHold(cause)) return sending;
  return { state: 'held', since, cause, reason, by };
}

/**
 * Whether a hold has anything to say while another one lasts. A copy of a ledger that was held may be a copy of the
 * time before its release, so that messages which were accepted during that hold may have been sent.
 */
export const changesHold = (next: HoldCause): boolean => asksForDecision(next);

/** Whether a release must say what becomes of the messages that wait, because they may have been sent already. */
export const asksForDecision = (cause: HoldCause): boolean =>
  cause === 'restored-copy' || cause === 'damaged-ledger';
