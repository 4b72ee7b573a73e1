import { usedBy } from '../../domain/limits/quota.js';
import type { Caller } from '../access/caller.js';
import type { Clock } from '../ports/clock.js';
import { formatAmount, parsePrice } from '../projecting/messages/money.js';
import type { ApplicableCaps, DayQuota } from './applicable-caps.js';
import type { ExpectedCosts } from './expected-cost.js';

/** A cap on the number of messages of today. */
export interface MessageCapView {
  readonly cap: number;
  readonly used: number;
  readonly left: number;
  /** ISO 8601 UTC. */
  readonly resetsAt: string;
}

/** A cap on the cost of the messages of today, in decimal texts. */
export interface CostCapView {
  readonly cap: string;
  readonly used: string;
  readonly left: string;
  /** The account's currency; null while no report named a price. Until then the cap refuses nothing. */
  readonly currency: string | null;
  readonly resetsAt: string;
}

/** Null: not limited. */
export interface DayLimitsView {
  readonly messagesPerDay: MessageCapView | null;
  readonly costPerDay: CostCapView | null;
  readonly countriesAllowed: readonly string[] | null;
  readonly countriesBlocked: readonly string[];
}

export interface LimitsView {
  readonly all: DayLimitsView & { readonly messagesPerRecipientHour: number | null };
  /** The caller's API key; null where none was sent. */
  readonly key:
    (DayLimitsView & { readonly name: string; readonly requestsPerSecond: number | null }) | null;
}

/** The used share of a cap; 1: reached. */
export interface CapShare {
  readonly limit: 'messages' | 'cost';
  readonly share: number;
}

/** Tells what is limited, how much of it is used, and when it starts anew. */
export class ReadLimits {
  constructor(
    private readonly caps: ApplicableCaps,
    private readonly costs: ExpectedCosts,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailable, ProjectorUnavailable where costs are capped */
  async execute(caller: Caller): Promise<LimitsView> {
    const now = this.clock.now();
    const { limits } = this.caps;
    const [all, key] = await Promise.all([
      this.dayView(this.caps.dayOfAll(now), await this.chargedToday(now)),
      this.dayView(this.caps.dayOfKey(caller, now), 0),
    ]);
    const { countriesAllowed, countriesBlocked, messagesPerRecipientHour } = limits;
    return {
      all: { ...all, countriesAllowed, countriesBlocked, messagesPerRecipientHour },
      key:
        caller.actor === undefined
          ? null
          : {
              name: caller.actor,
              requestsPerSecond: caller.limits?.requestsPerSecond ?? null,
              ...key,
              countriesAllowed: caller.limits?.countriesAllowed ?? null,
              countriesBlocked: caller.limits?.countriesBlocked ?? [],
            },
    };
  }

  /** Returns the used shares of the caps for all today. @throws StoreUnavailable, ProjectorUnavailable where costs are capped */
  async shares(): Promise<readonly CapShare[]> {
    const now = this.clock.now();
    const found = this.caps.dayOfAll(now);
    if (found === undefined) return [];
    const { used } = await found.quota.look();
    const { messagesPerDay, costPerDay } = found.limits;
    const cost = costPerDay === null ? 0 : usedBy('cost', used, await this.chargedToday(now));
    return [
      ...shareOf('messages', used.messages, messagesPerDay),
      ...shareOf('cost', cost, costPerDay === null ? null : parsePrice(costPerDay)),
    ];
  }

  private async chargedToday(now: Date): Promise<number> {
    return this.caps.limits.costPerDay === null ? 0 : this.costs.chargedOn(now);
  }

  private async dayView(
    found: DayQuota | undefined,
    reportedCost: number,
  ): Promise<Pick<DayLimitsView, 'messagesPerDay' | 'costPerDay'>> {
    if (found === undefined) return { messagesPerDay: null, costPerDay: null };
    const { used } = await found.quota.look();
    const { messagesPerDay, costPerDay } = found.limits;
    const resetsAt = new Date(found.day.endsAtMs).toISOString();
    return {
      messagesPerDay:
        messagesPerDay === null
          ? null
          : {
              cap: messagesPerDay,
              used: used.messages,
              left: Math.max(0, messagesPerDay - used.messages),
              resetsAt,
            },
      costPerDay:
        costPerDay === null
          ? null
          : {
              ...costView(parsePrice(costPerDay) ?? 0, usedBy('cost', used, reportedCost)),
              currency: await this.costs.currency(),
              resetsAt,
            },
    };
  }
}

const costView = (
  cap: number,
  used: number,
): { readonly cap: string; readonly used: string; readonly left: string } => ({
  cap: formatAmount(cap),
  used: formatAmount(used),
  left: formatAmount(Math.max(0, cap - used)),
});

/** A cap of 0 is always reached. */
const shareOf = (
  limit: CapShare['limit'],
  used: number,
  cap: number | null,
): readonly CapShare[] => (cap === null ? [] : [{ limit, share: cap === 0 ? 1 : used / cap }]);
