import type {
  ConsentFact,
  ConsentSource,
  ContactEvent,
} from '../../domain/contacts/contact-events.js';
import type { Consent, Contact, OptOutScope } from '../../domain/contacts/contact.js';

export const consentStates = ['unknown', 'opted-in', 'opted-out', 'barred'] as const;

/** The consent of a contact as it is known. Times are ISO 8601 UTC. */
export interface ConsentView {
  readonly number: string;
  /** About all our senders; `bySender` tells the exceptions. */
  readonly state: (typeof consentStates)[number];
  readonly since: string | null;
  readonly source: ConsentSource | null;
  readonly keyword: string | null;
  readonly errorCode: string | null;
  readonly reason: string | null;
  readonly by: string | null;
  readonly bySender: readonly {
    readonly sender: string;
    readonly state: 'opted-in' | 'opted-out';
    readonly since: string;
  }[];
  /** Channels on which Vonage or the carrier delivers nothing to the number. */
  readonly barredChannels: readonly string[];
  /** Since when a person must read a text that may be a wish to stop; null: none waits. */
  readonly reviewSince: string | null;
}

/** @param scope with `all`, an opt-out of one sender is one of all */
export function viewConsent(
  { bars, general, bySender, review }: Contact,
  number: string,
  scope: OptOutScope,
): ConsentView {
  const [bar] = bars.values();
  const words = scope === 'all' ? [general, ...bySender.values()] : [general];
  const optOut = words.find((one) => one?.state === 'opted-out');
  const word: Consent | null = optOut ?? bar ?? general;
  return {
    number,
    state: stateOf(word),
    since: word?.since ?? null,
    source: word?.source ?? null,
    keyword: word?.keyword ?? null,
    errorCode: word?.errorCode ?? null,
    reason: word?.reason ?? null,
    by: word?.by ?? null,
    bySender: [...bySender].map(([sender, { state, since }]) => ({
      sender,
      state: state === 'opted-out' ? state : 'opted-in',
      since,
    })),
    barredChannels: [...bars.keys()].map((channel) => channel ?? 'all'),
    reviewSince: review?.since ?? null,
  };
}

const stateOf = (word: Consent | null): ConsentView['state'] =>
  word === null || word.state === 'review' ? 'unknown' : word.state;

export const consentChanges = [
  'opted-out',
  'opted-in',
  'barred',
  'review-begun',
  'review-dismissed',
] as const;

/** One thing that was said about a contact's consent. */
export interface ConsentChange extends Omit<ConsentFact, 'ends' | 'number'> {
  readonly change: (typeof consentChanges)[number];
  /** ISO 8601 UTC. */
  readonly at: string;
}

const changeOf = {
  OptedOut: 'opted-out',
  OptedIn: 'opted-in',
  ContactBarred: 'barred',
  OptOutSuspected: 'review-begun',
  OptOutDismissed: 'review-dismissed',
} as const;

export function viewConsentChange({ type, data }: ContactEvent): ConsentChange {
  const { ends: _, number: __, occurredAt: at, ...fact } = data;
  return { change: changeOf[type], at, ...fact };
}
