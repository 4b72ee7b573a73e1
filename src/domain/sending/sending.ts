import type { HoldCause, SendingEvent } from './sending-events.js';

/** States whether messages are handed to Vonage. */
export type Sending =
  /** `since` is null when sending was never held. */
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

/**
 * Folds an event. A second hold changes nothing, except that doubt in the ledger requires a decision about all messages
 * that wait by then.
 */
export function evolveSending(sending: Sending, event: SendingEvent): Sending {
  const { occurredAt: since } = event.data;
  if (event.type === 'SendingReleased') return { state: 'flowing', since };
  const { cause, reason, by } = event.data;
  if (sending.state === 'held' && !changesHold(cause)) return sending;
  return { state: 'held', since, cause, reason, by };
}

/**
 * True when a hold matters while another one lasts. A copy of a ledger that was held may date from before its release,
 * so messages accepted during that hold may have been sent.
 */
export const changesHold = (next: HoldCause): boolean => asksForDecision(next);

/** True when a release must decide about the waiting messages, because they may have been sent already. */
export const asksForDecision = (cause: HoldCause): boolean =>
  cause === 'restored-copy' || cause === 'damaged-ledger';
