import type { MessageStatus } from '../../domain/message/message-status.js';
import type { Caller } from '../access/caller.js';
import { ApplicationError, isTransient } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { MonotonicClock } from '../ports/clock.js';
import {
  LIST_LIMIT_DEFAULT,
  type ListFilter,
  type ListMessages,
} from '../reporting/message-list.js';
import type { ResendMessage } from './resend-message.js';
import type { Decision, ResolveOutcome } from './resolve-outcome.js';

/** The messages of a page of the list, and how to decide about them. */
export interface BulkRequest {
  readonly filter: ListFilter;
  readonly cursor: string | undefined;
  readonly limit: number | undefined;
  /** True: nothing is changed, and the answer is the same. */
  readonly dryRun: boolean;
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
}

/** The result for one message. */
export interface BulkItem {
  readonly id: string;
  /** `repeated`: it was done before, and is not done again. */
  readonly result: 'done' | 'repeated' | 'refused';
  /** Status of the message after a resolution. */
  readonly status?: MessageStatus;
  /** Id of the message that sends it again. */
  readonly resentAs?: string;
  /** The reason of the refusal. */
  readonly error?: ApplicationError;
}

export interface BulkAnswer {
  readonly dryRun: boolean;
  readonly counts: {
    readonly matched: number;
    readonly done: number;
    readonly repeated: number;
    readonly refused: number;
  };
  /** In the order of the list. */
  readonly items: readonly BulkItem[];
  readonly nextCursor: string | null;
}

/** The statuses that a resend takes where no status is asked for: a person who has the text needs no second one. */
export const RESENT_BY_DEFAULT: readonly MessageStatus[] = [
  'rejected',
  'undeliverable',
  'failed',
  'expired',
];
/**
 * A message that was reported delivered after it had failed is left out: its person may have the text. One of which an
 * attempt may have arrived is refused.
 */
const resentByDefault: ListFilter = { statuses: RESENT_BY_DEFAULT, contradicted: false };
const resolvedByDefault: ListFilter = { statuses: ['unknown'] };

/** Callers and load balancers wait 30 s or longer. A page ends before, and `nextCursor` leads to the rest. */
const DECIDING_MS_MAX = 20_000;
/** Messages that are listed together, and decided about before the time is looked at again. */
const PART_MESSAGES = 10;

/**
 * Resolves or resends the messages of a page of the list, one after the other, so that a rehearsal meets each cap at the
 * same message. Each decision is idempotent by itself: a run that was cut off is repeated, and does nothing twice.
 */
export class DecideInBulk {
  constructor(
    private readonly list: Pick<ListMessages, 'execute'>,
    private readonly resolveOutcome: Pick<ResolveOutcome, 'execute' | 'rehearse'>,
    private readonly resendMessage: Pick<ResendMessage, 'execute' | 'rehearse'>,
    private readonly admission: Pick<Admission, 'rehearsal'>,
    private readonly monotonic: Pick<MonotonicClock, 'elapsedMs'>,
  ) {}

  /** @throws InvalidRequest; StoreUnavailable, AppendOutcomeUnknown: repeat all of it */
  resolve(request: BulkRequest, decision: Decision): Promise<BulkAnswer> {
    const { dryRun, caller, idempotencyKey: key } = request;
    const rehearsal = this.admission.rehearsal();
    return this.each(request, resolvedByDefault, async (id) => {
      const { message, repeated } = await (dryRun
        ? this.resolveOutcome.rehearse(id, decision, caller, key, rehearsal)
        : this.resolveOutcome.execute(id, decision, caller, key));
      return { id, result: repeated ? 'repeated' : 'done', status: message.status };
    });
  }

  /** @throws InvalidRequest; StoreUnavailable, AppendOutcomeUnknown: repeat all of it */
  resend(request: BulkRequest, reason: string): Promise<BulkAnswer> {
    const { dryRun, caller, idempotencyKey, filter } = request;
    const rehearsal = this.admission.rehearsal();
    const isCareful = filter.statuses === undefined && filter.contradicted !== true;
    // What a careful one sends again has certainly not arrived.
    const options = { idempotencyKey, isCareful, refusesOwn: !isCareful };
    return this.each(request, resentByDefault, async (id) => {
      const { messageId, repeated } = await (dryRun
        ? this.resendMessage.rehearse(id, caller, options, rehearsal)
        : this.resendMessage.execute(id, reason, caller, options));
      return { id, result: repeated ? 'repeated' : 'done', resentAs: messageId };
    });
  }

  private async each(
    { filter, cursor, limit = LIST_LIMIT_DEFAULT, dryRun }: BulkRequest,
    byDefault: ListFilter,
    decide: (id: string) => Promise<BulkItem>,
  ): Promise<BulkAnswer> {
    const items: BulkItem[] = [];
    // A caller who names a status has chosen, so the defaults leave nothing out.
    const asked = filter.statuses === undefined ? { ...byDefault, ...filter } : filter;
    let next: string | null | undefined = cursor;
    const beganMs = this.monotonic.elapsedMs();
    do {
      const partMax = Math.min(PART_MESSAGES, limit - items.length);
      const part = await this.list.execute(asked, next, partMax);
      for (const { id } of part.items) items.push(await orRefused(id, decide));
      next = part.nextCursor;
    } while (
      next !== null &&
      items.length < limit &&
      this.monotonic.elapsedMs() - beganMs < DECIDING_MS_MAX
    );
    const count = (result: BulkItem['result']): number =>
      items.filter((item) => item.result === result).length;
    return {
      dryRun,
      counts: {
        matched: items.length,
        done: count('done'),
        repeated: count('repeated'),
        refused: count('refused'),
      },
      items,
      nextCursor: next,
    };
  }
}

async function orRefused(id: string, decide: (id: string) => Promise<BulkItem>): Promise<BulkItem> {
  try {
    return await decide(id);
  } catch (error) {
    if (!(error instanceof ApplicationError) || isTransient(error)) throw error;
    return { id, result: 'refused', error };
  }
}
