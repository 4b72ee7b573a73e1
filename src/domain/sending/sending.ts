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

/** A sender on a channel whose messages wait, because Vonage refused it. */
export interface SenderHold {
  readonly channel: string;
  readonly from: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
  readonly by: string;
}

/**
 * Folds an event. A second hold changes nothing, unless it asks for more than the present one.
 */
export function evolveSending(sending: Sending, event: SendingEvent): Sending {
  if (event.type === 'SenderHeld' || event.type === 'SenderReleased') return sending;
  const { occurredAt: since } = event.data;
  if (event.type === 'SendingReleased') return { state: 'flowing', since };
  const { cause, reason, by } = event.data;
  if (!changesHold(sending, cause)) return sending;
  return { state: 'held', since, cause, reason, by };
}

/** Folds an event into the held senders. A second hold of a sender changes nothing. */
export function evolveSenders(
  senders: readonly SenderHold[],
  event: SendingEvent,
): readonly SenderHold[] {
  if (event.type !== 'SenderHeld' && event.type !== 'SenderReleased') return senders;
  const { channel, from, reason, occurredAt: since } = event.data;
  const isHeld = senders.some((one) => isSender(one, channel, from));
  if (event.type === 'SenderReleased') {
    return isHeld ? senders.filter((one) => !isSender(one, channel, from)) : senders;
  }
  return isHeld ? senders : [...senders, { channel, from, since, reason, by: event.data.by }];
}

export const isSender = (
  hold: Pick<SenderHold, 'channel' | 'from'>,
  channel: string,
  from: string,
): boolean => hold.channel === channel && hold.from === from;

/**
 * True when a hold matters in this state. While sending is held: doubt in the ledger asks for a decision about all
 * messages that wait by then, because a copy of a ledger that was held may date from before its release. A hold by a
 * person takes the place of an automatic one, which would end by itself.
 */
export const changesHold = (present: Sending, next: HoldCause): boolean =>
  present.state === 'flowing' ||
  asksForDecision(next) ||
  (endsByItself(present.cause) && !endsByItself(next));

/** True when the service releases sending by itself, as soon as Vonage takes a message. */
export const endsByItself = (cause: HoldCause): boolean => cause === 'configuration';

/** True when a release must decide about the waiting messages, because they may have been sent already. */
export const asksForDecision = (cause: HoldCause): boolean =>
  cause === 'restored-copy' || cause === 'damaged-ledger';
