import type { MessageRequest } from '../../domain/message/message-events.js';
import type { Caller } from '../access/caller.js';
import { AppendOutcomeUnknown, type ApplicationError } from '../errors.js';
import type { Logger } from '../ports/logger.js';
import type { GuardMetrics } from '../ports/metrics.js';
import { ThrottledLog } from '../throttled-log.js';
import type { ApplicableCap, ApplicableCaps } from './applicable-caps.js';
import type { ConsentGuard } from './consent-guard.js';
import { countryRefusal } from './country-refusal.js';

/**
 * Decides at the door whether a message may be recorded: consent and country first, then the caps. What it grants is
 * reserved in the ledger before the message is recorded.
 */
export class Admission {
  private readonly log: ThrottledLog;

  constructor(
    private readonly consent: Pick<ConsentGuard, 'refusal'>,
    private readonly caps: ApplicableCaps,
    private readonly metrics: GuardMetrics,
    logger: Logger,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /**
   * Records a message within the limits.
   * @param record calls the function that it is given once something is to be recorded, right before the append
   * @param isRecorded false where the result tells that nothing was recorded
   * @throws ApplicationError `country-not-allowed`; LimitExceeded; what `record` throws
   * @throws StoreUnavailable, AppendOutcomeUnknown, ProjectorUnavailable where costs are capped
   */
  async around<Result>(
    caller: Caller,
    record: (admit: (request: MessageRequest) => Promise<void>) => Promise<Result>,
    isRecorded: (result: Result) => boolean,
  ): Promise<Result> {
    let granted: readonly ApplicableCap[] = [];
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

  /**
   * Returns the reason why a message would be refused now; undefined: none. Nothing is reserved.
   * @throws StoreUnavailable, ProjectorUnavailable where costs are capped
   */
  async refusal(request: MessageRequest, caller: Caller): Promise<ApplicationError | undefined> {
    const closed = (await this.consent.refusal(request)) ?? this.countryRefused(request, caller);
    if (closed !== undefined) return closed;
    for (const { quota, wish, exceeded } of await this.caps.of(request, caller)) {
      await quota.look();
      const kind = quota.refuses(wish);
      if (kind !== undefined) return exceeded(kind);
    }
    return undefined;
  }

  private async admit(request: MessageRequest, caller: Caller): Promise<readonly ApplicableCap[]> {
    const closed = (await this.consent.refusal(request)) ?? this.countryRefused(request, caller);
    if (closed !== undefined) throw this.refused(closed);
    const caps = await this.caps.of(request, caller);
    // One cap that refuses for certain keeps the others from reserving in vain.
    for (const { quota, wish, exceeded } of caps) {
      const kind = quota.refusesForCertain(wish);
      if (kind !== undefined) throw this.refused(exceeded(kind));
    }
    const settled = await Promise.allSettled(caps.map(({ quota, wish }) => quota.reserve(wish)));
    const granted: ApplicableCap[] = [];
    let refusal: ApplicationError | undefined;
    let failure: PromiseRejectedResult | undefined;
    for (const [index, cap] of caps.entries()) {
      const result = settled[index];
      if (result?.status !== 'fulfilled') failure ??= result;
      else if (result.value === undefined) granted.push(cap);
      else refusal ??= cap.exceeded(result.value);
    }
    if (refusal === undefined && failure === undefined) return granted;
    giveBack(granted);
    throw refusal === undefined ? failure?.reason : this.refused(refusal);
  }

  private refused(error: ApplicationError): ApplicationError {
    this.metrics.sendRefused(error.code);
    this.log.warn(
      error.code,
      { reason: error.message },
      'A message was refused before it cost anything.',
    );
    return error;
  }

  private countryRefused(
    request: MessageRequest,
    { limits }: Caller,
  ): ApplicationError | undefined {
    return countryRefusal(request, [
      { rule: this.caps.limits, whose: 'this service' },
      ...(limits === undefined ? [] : [{ rule: limits, whose: 'this API key' }]),
    ]);
  }
}

function giveBack(granted: readonly ApplicableCap[]): void {
  for (const { quota, wish } of granted) quota.giveBack(wish.need);
}
