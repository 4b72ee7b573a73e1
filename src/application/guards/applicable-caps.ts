import type { DayLimits, ServiceLimits } from '../../domain/limits/day-limits.js';
import type { CapKind, Caps } from '../../domain/limits/quota-events.js';
import type { Wish } from '../../domain/limits/quota.js';
import { dayOf, hourOf, type Window } from '../../domain/limits/window.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import type { Caller } from '../access/caller.js';
import { LimitExceeded } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { KeyStore } from '../ports/key-store.js';
import { parsePrice } from '../projecting/messages/money.js';
import type { ExpectedCosts } from './expected-cost.js';
import type { QuotaLedger } from './quota-ledger.js';
import type { Quotas } from './quotas.js';

/** A quota that a message needs a part of, and the words for a refusal by it. */
export interface ApplicableCap {
  readonly quota: QuotaLedger;
  readonly wish: Wish;
  readonly exceeded: (kind: CapKind) => LimitExceeded;
}

/** The quota of a day, for all or for one key. */
export interface DayQuota {
  readonly quota: QuotaLedger;
  readonly limits: DayLimits;
  readonly day: Window;
}

export interface CapPorts {
  readonly quotas: Quotas;
  readonly costs: ExpectedCosts;
  readonly keyStore: Pick<KeyStore, 'keyedHash'>;
  readonly clock: Clock;
}

/** Finds the caps that a message is held to. */
export class ApplicableCaps {
  constructor(
    readonly limits: ServiceLimits,
    private readonly ports: CapPorts,
  ) {}

  /**
   * The caps for a message, by the time at which it is due.
   * @param now the moment with which the ledger records it, so that its day is the day of the cap
   * @throws StoreUnavailable, ProjectorUnavailable where costs are capped
   */
  async of(request: MessageRequest, caller: Caller, now: Date): Promise<readonly ApplicableCap[]> {
    const due = dueAt(request, now);
    const [recipient, days] = await Promise.all([
      this.ofRecipient(request, due, now),
      this.ofDays(request, caller, due, now),
    ]);
    return [...recipient, ...days];
  }

  /** The caps for a message that is recorded now. @throws the same */
  ofNow(request: MessageRequest, caller: Caller): Promise<readonly ApplicableCap[]> {
    return this.of(request, caller, this.ports.clock.now());
  }

  /** The quota of all messages of a day; undefined where nothing is capped. */
  dayOfAll(at: Date): DayQuota | undefined {
    return this.dayQuota('all', this.limits, at);
  }

  /** The quota of an API key on a day; undefined where nothing is capped. */
  dayOfKey({ actor, limits }: Caller, at: Date): DayQuota | undefined {
    if (actor === undefined || limits === undefined) return undefined;
    return this.dayQuota(`key.${actor}`, limits, at);
  }

  private dayQuota(scope: string, limits: DayLimits, at: Date): DayQuota | undefined {
    if (limits.messagesPerDay === null && limits.costPerDay === null) return undefined;
    const day = dayOf(at);
    return { quota: this.ports.quotas.of(scope, day, capsOf(limits)), limits, day };
  }

  private async ofDays(
    request: MessageRequest,
    caller: Caller,
    due: Date,
    now: Date,
  ): Promise<readonly ApplicableCap[]> {
    const ofKey = this.dayOfKey(caller, due);
    const ofAll = this.dayOfAll(due);
    const isCostCapped = [ofKey, ofAll].some((one) => (one?.limits.costPerDay ?? null) !== null);
    const need = { messages: 1, cost: isCostCapped ? await this.ports.costs.of(request) : 0 };
    // Reports do not tell the API key, so for a key the expected cost alone counts.
    const reportedCost =
      (ofAll?.limits.costPerDay ?? null) === null ? 0 : await this.ports.costs.chargedOn(due);
    return [
      ...capOf(ofKey, { need, reportedCost: 0 }, 'this API key', now),
      ...capOf(ofAll, { need, reportedCost }, 'all API keys together', now),
    ];
  }

  private async ofRecipient(
    { to }: MessageRequest,
    due: Date,
    now: Date,
  ): Promise<readonly ApplicableCap[]> {
    const { messagesPerRecipientHour: messages } = this.limits;
    if (messages === null) return [];
    // The name of a stream must not tell the number.
    const hash = await this.ports.keyStore.keyedHash('recipient-limit', to);
    const hour = hourOf(due);
    const scope = `to.${hash.toString('base64url')}`;
    return [
      {
        quota: this.ports.quotas.of(scope, hour, { messages, cost: null }),
        wish: { need: { messages: 1, cost: 0 }, reportedCost: 0 },
        exceeded: () =>
          new LimitExceeded(
            'recipient-limit',
            `The recipient was sent ${messages} messages in the hour from ${hour.name}:00 (UTC), and more are not allowed. ${startsAnew(hour)}`,
            secondsUntil(hour, now),
          ),
      },
    ];
  }
}

const capOf = (
  found: DayQuota | undefined,
  wish: Wish,
  whose: string,
  now: Date,
): readonly ApplicableCap[] =>
  found === undefined
    ? []
    : [{ quota: found.quota, wish, exceeded: (kind) => dayExceeded(kind, found, whose, now) }];

function dayExceeded(
  kind: CapKind,
  { limits, day }: DayQuota,
  whose: string,
  now: Date,
): LimitExceeded {
  const cap =
    kind === 'messages'
      ? `${limits.messagesPerDay} messages a day`
      : `${limits.costPerDay} a day in the account's currency`;
  return new LimitExceeded(
    'spend-limit',
    `The cap of ${cap} for ${whose} is reached for ${day.name} (UTC). ${startsAnew(day)}`,
    secondsUntil(day, now),
  );
}

const startsAnew = ({ endsAtMs }: Window): string =>
  `It starts anew at ${new Date(endsAtMs).toISOString()}.`;

const secondsUntil = ({ endsAtMs }: Window, now: Date): number =>
  Math.max(1, Math.ceil((endsAtMs - now.getTime()) / 1000));

/** The time at which a message is due: it counts for that day, also when it was asked for earlier. */
const dueAt = ({ sendAt }: MessageRequest, now: Date): Date =>
  new Date(Math.max(now.getTime(), sendAt === null ? 0 : Date.parse(sendAt)));

const capsOf = ({ messagesPerDay, costPerDay }: DayLimits): Caps => ({
  messages: messagesPerDay,
  cost: costPerDay === null ? null : parsePrice(costPerDay),
});
