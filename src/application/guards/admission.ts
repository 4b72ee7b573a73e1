import type { Amounts } from '../../domain/limits/quota-events.js';
import { NOTHING, plus } from '../../domain/limits/quota.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import type { Caller } from '../access/caller.js';
import { AppendOutcomeUnknown, type ApplicationError } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { GuardMetrics } from '../ports/metrics.js';
import { ThrottledLog } from '../throttled-log.js';
import type { ApplicableCap, ApplicableCaps } from './applicable-caps.js';
import { countryRefusal } from './country-refusal.js';
import type { QuotaLedger } from './quota-ledger.js';

/** Admits a request that the ledger will record with this moment. @throws LimitExceeded and other refusals */
export type Admit = (request: MessageRequest, at: Date) => Promise<void>;

/** Looks at a request before it is recorded. */
interface RequestGuard {
  /** The reason why it is refused; undefined: none. @throws StoreUnavailable */
  refusal(request: MessageRequest): Promise<ApplicationError | undefined>;
}

/**
 * Decides at the door whether a message may be recorded: the guards and the country first, then the caps. What it grants is
 * reserved in the ledger before the message is recorded.
 */
export class Admission {
  private readonly log: ThrottledLog;

  constructor(
    /** Asked in this order. */
    private readonly guards: readonly RequestGuard[],
    private readonly caps: ApplicableCaps,
    private readonly metrics: GuardMetrics,
    private readonly clock: MonotonicClock,
    logger: Logger,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /**
   * Records a message within the limits.
   * @param record calls the function that it is given when something is to be recorded, right before the append; once
   *   more after a conflict, because the new append names a later moment, which may belong to another day
   * @param isRecorded false where the result tells that nothing was recorded
   * @param recheck after an append of unknown outcome: true, if it was written; false, if it never will be;
   *   undefined, while it may be under way. Left out: what was granted stays reserved
   * @throws ApplicationError `country-not-allowed`; LimitExceeded; what `record` throws
   * @throws StoreUnavailable, AppendOutcomeUnknown, ProjectorUnavailable where costs are capped
   */
  async around<Result>(
    caller: Caller,
    record: (admit: Admit) => Promise<Result>,
    isRecorded: (result: Result) => boolean,
    recheck?: () => Promise<boolean | undefined>,
  ): Promise<Result> {
    let granted: readonly ApplicableCap[] = [];
    try {
      const result = await record(async (request, at) => {
        giveBack(granted);
        granted = [];
        granted = await this.admit(request, caller, at);
      });
      if (!isRecorded(result)) giveBack(granted);
      return result;
    } catch (error) {
      if (!(error instanceof AppendOutcomeUnknown)) giveBack(granted);
      else if (recheck !== undefined) void settleLater(granted, recheck, this.clock);
      throw error;
    }
  }

  /**
   * Returns the reason why a message would be refused now; undefined: none. Nothing is reserved.
   * @throws StoreUnavailable, ProjectorUnavailable where costs are capped
   */
  async refusal(request: MessageRequest, caller: Caller): Promise<ApplicationError | undefined> {
    const closed = await this.closedTo(request, caller);
    if (closed !== undefined) return closed;
    for (const { quota, wish, exceeded } of await this.caps.ofNow(request, caller)) {
      await quota.look();
      const kind = quota.refuses(wish);
      if (kind !== undefined) return exceeded(kind);
    }
    return undefined;
  }

  /** An admission that reserves nothing and adds up what it would have granted. */
  rehearsal(): Pick<Admission, 'around'> {
    const granted = new Map<QuotaLedger, Amounts>();
    const admit = async (request: MessageRequest, caller: Caller, at: Date): Promise<void> => {
      const closed = await this.closedTo(request, caller);
      if (closed !== undefined) throw closed;
      const caps = await this.caps.of(request, caller, at);
      for (const { quota, wish, exceeded } of caps) {
        if (!granted.has(quota)) await quota.look();
        const kind = quota.refuses(wish, granted.get(quota));
        if (kind !== undefined) throw exceeded(kind);
      }
      for (const { quota, wish } of caps) {
        granted.set(quota, plus(granted.get(quota) ?? NOTHING, wish.need));
      }
    };
    return { around: (caller, record) => record((request, at) => admit(request, caller, at)) };
  }

  private async admit(
    request: MessageRequest,
    caller: Caller,
    at: Date,
  ): Promise<readonly ApplicableCap[]> {
    const closed = await this.closedTo(request, caller);
    if (closed !== undefined) throw this.refused(closed);
    const caps = await this.caps.of(request, caller, at);
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

  private async closedTo(
    request: MessageRequest,
    caller: Caller,
  ): Promise<ApplicationError | undefined> {
    for (const guard of this.guards) {
      const refusal = await guard.refusal(request);
      if (refusal !== undefined) return refusal;
    }
    const { limits } = caller;
    return countryRefusal(request, [
      { rule: this.caps.limits, whose: 'this service' },
      ...(limits === undefined ? [] : [{ rule: limits, whose: 'this API key' }]),
    ]);
  }
}

/** Pauses before it is looked whether an append of unknown outcome was written. */
const RECHECK_PAUSES_MS = [250, 1_000, 4_000, 15_000, 60_000];

/** Gives back what was granted once it is known that nothing was recorded with it; otherwise it stays reserved. */
async function settleLater(
  granted: readonly ApplicableCap[],
  recheck: () => Promise<boolean | undefined>,
  clock: MonotonicClock,
): Promise<void> {
  for (const pauseMs of RECHECK_PAUSES_MS) {
    await clock.pause(pauseMs, new AbortController().signal, { ref: false });
    // While the ledger cannot be read, nothing is known.
    const isWritten = await recheck().catch(() => undefined);
    if (isWritten === false) giveBack(granted);
    if (isWritten !== undefined) return;
  }
}

function giveBack(granted: readonly ApplicableCap[]): void {
  for (const { quota, wish } of granted) quota.giveBack(wish.need);
}
