import type { HoldCause, SendingEvent, SendingHeld } from './sending-events.js';
import { providers, type Provider } from './provider.js';

/** States whether messages are handed over. */
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

export type HeldSending = Extract<Sending, { state: 'held' }>;

export const neverHeld: Sending = { state: 'flowing', since: null };

/** What a hold covers: all of sending, or what goes to one provider. */
export type HoldScope = 'all' | Provider;

export const holdScopes = ['all', ...providers] as const satisfies readonly HoldScope[];

export type Holds = Readonly<Record<HoldScope, Sending>>;

export const nothingHeld: Holds = {
  all: neverHeld,
  vonage: neverHeld,
  email: neverHeld,
  'web-push': neverHeld,
  fcm: neverHeld,
};

/** States whether messages are handed to one provider. */
export function sendingTo(holds: Holds, provider: Provider): Sending {
  const [all, own] = [holds.all, holds[provider]];
  if (all.state === 'held') return all;
  if (own.state === 'held') return own;
  return (all.since ?? '') > (own.since ?? '') ? all : own;
}

/** A sender on a channel whose messages wait, because its provider refused it. */
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
export function evolveHolds(holds: Holds, event: SendingEvent): Holds {
  if (event.type === 'SenderHeld' || event.type === 'SenderReleased') return holds;
  const { occurredAt: since, provider } = event.data;
  if (event.type === 'SendingReleased') {
    const flowing: Sending = { state: 'flowing', since };
    if (provider !== undefined) return { ...holds, [provider]: flowing };
    const released = holdScopes.filter((scope) => scope === 'all' || holds[scope].state === 'held');
    return { ...holds, ...Object.fromEntries(released.map((scope) => [scope, flowing])) };
  }
  const { cause, reason, by } = event.data;
  const scope = scopeOf(event);
  if (!changesHold(holds[scope], cause)) return holds;
  return { ...holds, [scope]: { state: 'held', since, cause, reason, by } };
}

/** Earlier versions named no provider: Vonage alone could refuse the account. */
export const scopeOf = ({ data: { provider, cause } }: SendingHeld): HoldScope =>
  provider ?? (endsByItself(cause) ? 'vonage' : 'all');

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

/** True for the holds that a person asks for, or the setting that a person made. */
export const isOrdered = (cause: HoldCause): boolean => cause === 'operator' || cause === 'setting';

/** True when the service releases sending by itself, as soon as its provider takes a message. */
export const endsByItself = (cause: HoldCause): boolean => cause === 'configuration';

/** True when a release must decide about the waiting messages, because they may have been sent already. */
export const asksForDecision = (cause: HoldCause): boolean =>
  cause === 'restored-copy' || cause === 'damaged-ledger';
