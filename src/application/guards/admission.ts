import { countryOfAddress } from '../../domain/contacts/address.js';
import { allowsCountry } from '../../domain/limits/country-rule.js';
import type { DayLimits, ServiceLimits } from '../../domain/limits/day-limits.js';
import type { Amounts, CapKind } from '../../domain/limits/quota-events.js';
import type { Caps, Wish } from '../../domain/limits/quota.js';
import { dayOf, type Window } from '../../domain/limits/window.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import type { Caller } from '../access/caller.js';
import { ApplicationError, AppendOutcomeUnknown, LimitExceeded } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { GuardMetrics } from '../ports/metrics.js';
import { parsePrice } from '../projecting/messages/money.js';
import { ThrottledLog } from '../throttled-log.js';
import type { ExpectedCosts } from './expected-cost.js';
import type { QuotaLedger } from './quota-ledger.js';
import type { Quotas } from './quotas.js';

export const SCOPE_OF_ALL = 'all';
export const scopeOfKey = (name: string): string => `key.${name}`;

/** One cap that a message is checked against, and the words for it. */
interface Guard {
  readonly quota: QuotaLedger;
  readonly wish: Wish;
  readonly exceeded: (kind: CapKind) => LimitExceeded;
}

/** Where refused sends are counted and logged. */
export interface GuardSurroundings {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: GuardMetrics;
}

/**
 * Decides at the door whether a message may be recorded: country first, then the caps. What it grants is reserved in the
 * ledger before the message is recorded.
 */
export class Admission {
  private readonly log: ThrottledLog;

  constructor(
    private readonly limits: ServiceLimits,
    private readonly quotas: Quotas,
    private readonly costs: ExpectedCosts,
    private readonly surroundings: GuardSurroundings,
  ) {
    this.log = new ThrottledLog(surroundings.logger);
  }

  /**
   * Records a message within the limits.
   * @param record calls the function it is given once something is to be recorded, right before the append; returns
   *   false when nothing was recorded
   * @throws ApplicationError `country-not-allowed`; LimitExceeded; what `record` throws
   * @throws StoreUnavailable, AppendOutcomeUnknown, ProjectorUnavailable where costs are capped
   */
  async around<Result>(
    caller: Caller,
    record: (admit: (request: MessageRequest) => Promise<void>) => Promise<Result>,
    isRecorded: (result: Result) => boolean,
  ): Promise<Result> {
    let granted: readonly Guard[] = [];
    try {
      const result = await record(async (request) => {
        granted = await this.admit(request, caller);
      });
      if (!isRecorded(result)) giveBack(granted);
      return result;
    } catch (error) {
      // What may have been recorded stays reserved.
      if (!(error instanceof AppendOutcomeUnknown)) giveBack(granted);
      throw error;
    }
  }

  /** The reason why a message would be refused now; undefined: none. Nothing is reserved. @throws StoreUnavailable */
  async refusal(request: MessageRequest, caller: Caller): Promise<ApplicationError | undefined> {
    const country = this.countryRefused(request, caller);
    if (country !== undefined) return country;
    for (const guard of await this.guardsOf(request, caller)) {
      await guard.quota.look();
      const exceeded = guard.quota.refuses(guard.wish);
      if (exceeded !== undefined) return guard.exceeded(exceeded);
    }
    return undefined;
  }

  private async admit(request: MessageRequest, caller: Caller): Promise<readonly Guard[]> {
    const country = this.countryRefused(request, caller);
    if (country !== undefined) throw this.refused(country);
    const guards = await this.guardsOf(request, caller);
    // One cap that refuses for certain keeps the others from reserving in vain.
    for (const { quota, wish, exceeded } of guards) {
      const kind = quota.refusesForCertain(wish);
      if (kind !== undefined) throw this.refused(exceeded(kind));
    }
    const settled = await Promise.allSettled(guards.map(({ quota, wish }) => quota.reserve(wish)));
    const granted: Guard[] = [];
    let refusal: ApplicationError | undefined;
    let failure: { readonly reason: unknown } | undefined;
    for (const [index, result] of settled.entries()) {
      const guard = guards[index] as Guard;
      if (result.status === 'rejected') failure ??= result;
      else if (result.value === undefined) granted.push(guard);
      else refusal ??= guard.exceeded(result.value);
    }
    if (refusal === undefined && failure === undefined) return granted;
    giveBack(granted);
    throw refusal === undefined ? failure?.reason : this.refused(refusal);
  }

  private refused(error: ApplicationError): ApplicationError {
    this.surroundings.metrics.sendRefused(error.code);
    this.log.warn(error.code, { reason: error.message }, 'A limit refused a message.');
    return error;
  }

  private countryRefused(request: MessageRequest, caller: Caller): ApplicationError | undefined {
    for (const { country, where } of placesOf(request)) {
      const rules = [
        { rule: this.limits, whose: 'this service' },
        ...(caller.limits === undefined ? [] : [{ rule: caller.limits, whose: 'this API key' }]),
      ];
      const refusing = rules.find(({ rule }) => !allowsCountry(rule, country));
      if (refusing === undefined) continue;
      const place = country === null ? 'has a number of no country' : `is in ${country}`;
      return new ApplicationError(
        'country-not-allowed',
        `${where} ${place}: ${refusing.whose} may not send there.`,
      );
    }
    return undefined;
  }

  private async guardsOf(
    request: MessageRequest,
    { actor, limits: keyLimits }: Caller,
  ): Promise<readonly Guard[]> {
    const now = this.surroundings.clock.now();
    const day = dayOf(dueAt(request, now));
    const capped = [
      ...(actor === undefined || keyLimits === undefined
        ? []
        : [{ scope: scopeOfKey(actor), limits: keyLimits, whose: 'this API key' }]),
      { scope: SCOPE_OF_ALL, limits: this.limits, whose: 'all API keys together' },
    ].filter(({ limits }) => limits.messagesPerDay !== null || limits.costPerDay !== null);
    if (capped.length === 0) return [];
    const cost = capped.some(({ limits }) => limits.costPerDay !== null)
      ? await this.costs.of(request)
      : 0;
    const need: Amounts = { messages: 1, cost };
    return Promise.all(
      capped.map(async ({ scope, limits, whose }) => ({
        quota: this.quotas.of(scope, day, capsOf(limits)),
        wish: {
          need,
          // Reports do not tell the API key, so its cost is the expected one.
          reportedCost:
            scope === SCOPE_OF_ALL && limits.costPerDay !== null
              ? await this.costs.chargedOn(new Date(day.endsAtMs - 1))
              : 0,
        },
        exceeded: (kind) => dayExceeded(kind, limits, whose, day, now),
      })),
    );
  }
}

/** The time at which a message is due: it counts for that day, also when it was asked for earlier. */
const dueAt = ({ sendAt }: MessageRequest, now: Date): Date =>
  new Date(Math.max(now.getTime(), sendAt === null ? 0 : Date.parse(sendAt)));

export const capsOf = ({ messagesPerDay, costPerDay }: DayLimits): Caps => ({
  messages: messagesPerDay,
  cost: costPerDay === null ? null : parsePrice(costPerDay),
});

function giveBack(granted: readonly Guard[]): void {
  for (const { quota, wish } of granted) quota.giveBack(wish.need);
}

/** The recipient, and those of the fallback steps, which might be elsewhere. */
function placesOf({
  to,
  country,
  fallback,
}: MessageRequest): readonly { readonly country: string | null; readonly where: string }[] {
  const steps = fallback.map((step, index) => ({
    isNumber: isNumber(step.to),
    country: countryOfAddress(step.to, step.channel),
    where: `The recipient of /fallback/${index}`,
  }));
  return [{ isNumber: isNumber(to), country, where: 'The recipient' }, ...steps].filter(
    (place) => place.isNumber,
  );
}

/** Ids of messengers are in no country, and cost no toll. */
const isNumber = (address: string): boolean => /^[0-9]+$/.test(address);

function dayExceeded(
  kind: CapKind,
  { messagesPerDay, costPerDay }: DayLimits,
  whose: string,
  day: Window,
  now: Date,
): LimitExceeded {
  const cap =
    kind === 'messages'
      ? `${messagesPerDay} messages a day`
      : `${costPerDay} a day in the account's currency`;
  const ends = new Date(day.endsAtMs).toISOString();
  return new LimitExceeded(
    'spend-limit',
    `The cap of ${cap} for ${whose} is reached for ${day.name} (UTC). It starts anew at ${ends}.`,
    Math.max(1, Math.ceil((day.endsAtMs - now.getTime()) / 1000)),
  );
}
