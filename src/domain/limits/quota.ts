import type { Amounts, CapKind, Caps, LimitReached, QuotaEvent } from './quota-events.js';

/** The use of one quota in one window, such as a day. */
export interface Quota {
  readonly used: Amounts;
  /** The caps that were recorded as reached; null: none. */
  readonly reached: Caps;
}

/** One message that asks for a part of a quota. */
export interface Wish {
  readonly need: Amounts;
  /** Cost that reports name for the window. It counts where it is above the expected cost. */
  readonly reportedCost: number;
}

/** The answers to wishes in their order, and what is to be recorded before they are given. */
export interface Reservation {
  /** The cap that refuses the wish; undefined: it is granted. */
  readonly verdicts: readonly (CapKind | undefined)[];
  readonly events: readonly QuotaEvent[];
}

export const NOTHING: Amounts = { messages: 0, cost: 0 };
const kinds = ['messages', 'cost'] as const satisfies readonly CapKind[];

export const unusedQuota: Quota = { used: NOTHING, reached: { messages: null, cost: null } };

export function evolveQuota(quota: Quota, { type, data }: QuotaEvent): Quota {
  const { used, reached = quota.reached } = data;
  return { used, reached: type === 'LimitReached' ? withReached(reached, data) : reached };
}

type ReachedCap = Pick<LimitReached['data'], 'limit' | 'cap'>;

const withReached = (reached: Caps, { limit, cap }: ReachedCap): Caps => ({
  ...reached,
  [limit]: cap,
});

/** Returns the field `reached` of the next event, which has none before a cap is reached. */
const reachedField = (reached: Caps): { readonly reached?: Caps } =>
  kinds.some((kind) => reached[kind] !== null) ? { reached } : {};

/** The cap that a wish would exceed; undefined: none. */
export function capExceeded(used: Amounts, caps: Caps, wish: Wish): CapKind | undefined {
  return kinds.find((kind) => {
    const cap = caps[kind];
    return cap !== null && usedBy(kind, used, wish.reportedCost) + wish.need[kind] > cap;
  });
}

/** The amount that counts as used. */
export const usedBy = (kind: CapKind, used: Amounts, reportedCost: number): number =>
  kind === 'cost' ? Math.max(used.cost, reportedCost) : used.messages;

/**
 * Grants the wishes that fit, in their order. A large one that does not fit keeps no smaller one from being granted.
 * @param returned of earlier reservations
 */
export function reserve(
  quota: Quota,
  caps: Caps,
  wishes: readonly Wish[],
  returned: Amounts,
  occurredAt: string,
): Reservation {
  const events: QuotaEvent[] = [];
  const { reached: before } = quota;
  let reached = before;
  let used = minus(quota.used, returned);
  if (!isNothing(returned)) {
    events.push({
      type: 'QuotaReturned',
      data: { ...returned, used, ...reachedField(reached), occurredAt },
    });
  }
  let granted = NOTHING;
  const verdicts = wishes.map((wish) => {
    const exceeded = capExceeded(plus(used, granted), caps, wish);
    if (exceeded === undefined) granted = plus(granted, wish.need);
    return exceeded;
  });
  if (!isNothing(granted)) {
    used = plus(used, granted);
    events.push({
      type: 'QuotaReserved',
      data: { ...granted, used, ...reachedField(reached), occurredAt },
    });
  }
  for (const limit of kinds) {
    const cap = caps[limit];
    if (cap === null || cap === before[limit] || !verdicts.includes(limit)) continue;
    const data = { limit, cap, used, ...reachedField(reached), occurredAt };
    events.push({ type: 'LimitReached', data });
    reached = withReached(reached, data);
  }
  return { verdicts, events };
}

/** The amounts that the events of one decision reserve. */
export const grantedBy = (events: readonly QuotaEvent[]): Amounts =>
  events.find((event) => event.type === 'QuotaReserved')?.data ?? NOTHING;

export const plus = (left: Amounts, right: Amounts): Amounts => ({
  messages: left.messages + right.messages,
  cost: left.cost + right.cost,
});

/** Never below zero: an event may be lost with a damaged ledger. */
const minus = (left: Amounts, right: Amounts): Amounts => ({
  messages: Math.max(0, left.messages - right.messages),
  cost: Math.max(0, left.cost - right.cost),
});

export const isNothing = ({ messages, cost }: Amounts): boolean => messages === 0 && cost === 0;
