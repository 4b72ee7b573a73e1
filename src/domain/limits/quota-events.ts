import type { Fact } from '../fact.js';

/** The amounts that count against the caps of a quota. */
export interface Amounts {
  readonly messages: number;
  /** Expected cost, an integer of 10^-8 of the account's currency. */
  readonly cost: number;
}

/** A part of a quota that has a cap. */
export type CapKind = keyof Amounts;

/** The most of each amount; null: no cap. */
export type Caps = { readonly [Kind in CapKind]: number | null };

/** Each event repeats the state of the quota, so a reader needs only the last one. */
interface StateOfQuota {
  /** All that is used after this event. */
  readonly used: Amounts;
  /** The caps that were recorded as reached; null: not yet. Absent where no other one was, and in events of earlier versions. */
  readonly reached?: Caps;
}

/** The part of a quota for messages that are about to be recorded. It is durable before they are. */
export type QuotaReserved = Fact<'QuotaReserved', Amounts & StateOfQuota>;

/** Messages for which quota was reserved were not recorded. */
export type QuotaReturned = Fact<'QuotaReturned', Amounts & StateOfQuota>;

/** A message was refused, for the first time in this window under this cap. */
export type LimitReached = Fact<
  'LimitReached',
  StateOfQuota & {
    readonly limit: CapKind;
    readonly cap: number;
  }
>;

export type QuotaEvent = QuotaReserved | QuotaReturned | LimitReached;
