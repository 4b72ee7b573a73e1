import { ERASED } from '../../domain/erasure-events.js';
import { isDirect } from '../../domain/message/direct-channels.js';
import type { Clock } from '../ports/clock.js';
import type { PageKey } from '../ports/message-search.js';
import { IDS_MAX, type ReadRecord } from '../ports/provider-reports.js';
import { TAKEN_AFTER_MS, TAKEN_BEFORE_MS } from './find-unrecorded.js';
import type { ReconciliationPorts, Run } from './reconcile-records.js';
import type { ReconciliationSummary, UnknownToVonage } from './summary.js';
import { Tally } from './tally.js';

/** Price of a record of the Reports API in EUR, as Vonage's overview named it in 2020. */
const RECORD_PRICE_EUR = 0.0004;
const PRICE_DECIMALS = 4;

const PAGE_ROWS = 500;
/** The most messages of one run, so that its cost stays small and its end near. */
const MESSAGES_MAX = 10_000;

/** Vonage answers about the past only; a minute is more than clocks differ by. */
const PAST_MS = 60_000;

/** The queries that the next run would send to Vonage. */
export interface StuckPlan {
  /** Messages that are `unknown` or `unconfirmed`, the newest first, at most `messagesMax`. */
  readonly messages: number;
  readonly messagesMax: number;
  /** Older messages are left: a run with this time as `until` asks about them, ISO 8601 UTC. Null where none is. */
  readonly leftBefore: string | null;
  readonly estimatedCost: { readonly currency: 'EUR'; readonly amount: string };
  readonly costBasis: string;
}

interface Stuck extends UnknownToVonage {
  readonly startedAtMs: number | null;
}

/** The messages of one run. */
interface OneRun {
  readonly stuck: readonly Stuck[];
  readonly leftBefore: string | null;
}

interface Used extends ReconciliationPorts {
  readonly clock: Clock;
}

/** Asks the provider live about messages of which no end is known. */
export class ReconcileStuck {
  constructor(
    private readonly used: Used,
    private readonly messagesMax = MESSAGES_MAX,
  ) {}

  /** @param until created before, milliseconds since 1970 */
  async plan(until?: number): Promise<StuckPlan> {
    const { stuck, leftBefore } = await this.findStuck(until);
    const messages = stuck.length;
    return {
      messages,
      messagesMax: this.messagesMax,
      leftBefore,
      estimatedCost: {
        currency: 'EUR',
        amount: (messages * RECORD_PRICE_EUR).toFixed(PRICE_DECIMALS),
      },
      costBasis: `${RECORD_PRICE_EUR} EUR a record, as Vonage's overview named it in 2020; your contract may differ`,
    };
  }

  /**
   * @param until created before, milliseconds since 1970
   * @throws ProviderRefused; StoreUnavailable, AppendOutcomeUnknown: repeat it
   */
  async execute(
    actor: string | undefined,
    signal: AbortSignal,
    until?: number,
  ): Promise<ReconciliationSummary> {
    const { identifiers, logger } = this.used;
    const run: Run = { id: identifiers.newId(), actor, dryRun: false };
    const tally = new Tally();
    const { stuck, leftBefore } = await this.findStuck(until);
    if (leftBefore !== null) {
      tally.note(
        `One run asks about the newest ${this.messagesMax} messages. Older ones are left: ask about them with until=${leftBefore}.`,
      );
    }
    const known = stuck.filter(({ messageUuid }) => messageUuid !== null);
    for (let from = 0; from < known.length; from += IDS_MAX) {
      signal.throwIfAborted();
      await this.askByIds(known.slice(from, from + IDS_MAX), run, tally);
    }
    for (const message of stuck) {
      if (message.messageUuid !== null) continue;
      signal.throwIfAborted();
      await this.askByRecipient(message, run, tally);
    }
    const summary = tally.summary(run);
    logger.info(
      { reconciliationId: run.id, actor, ...summary.counts, recorded: summary.recorded },
      'Vonage was asked about messages that are unknown or unconfirmed.',
    );
    return summary;
  }

  private async findStuck(until: number | undefined): Promise<OneRun> {
    const stuck: Stuck[] = [];
    const statuses = ['unknown', 'unconfirmed'] as const;
    const filter = until === undefined ? { statuses } : { statuses, until };
    let oldestAt = 0;
    let after: PageKey | undefined;
    do {
      const page = await this.used.search.search(filter, after, PAGE_ROWS);
      for (const { messageId, status, current, origin, createdAt } of page.rows) {
        if (origin !== 'waybill') continue;
        // Behind the whole of its millisecond, because others of it may be left.
        if (stuck.length === this.messagesMax) {
          return { stuck, leftBefore: new Date(oldestAt + 1).toISOString() };
        }
        const { number: attempt, messageUuid, startedAt: startedAtMs } = current;
        stuck.push({ messageId, messageUuid, attempt, status, startedAtMs });
        oldestAt = createdAt;
      }
      after = page.next;
    } while (after !== undefined);
    return { stuck, leftBefore: null };
  }

  private async askByIds(some: readonly Stuck[], run: Run, tally: Tally): Promise<void> {
    const uuids = some.flatMap(({ messageUuid }) => messageUuid ?? []);
    const answered = await this.used.reports.byIds(uuids);
    const found = await this.take(answered, run, tally);
    for (const message of some) {
      if (!found.has(message.messageUuid ?? '')) tally.unknownToVonage(shown(message));
    }
  }

  /** A call without an answer has no id of Vonage's yet: its reference finds it among what the recipient was sent. */
  private async askByRecipient(message: Stuck, run: Run, tally: Tally): Promise<void> {
    const { messageId, attempt, startedAtMs } = message;
    // A list has the recipient of the message, and a fallback may go to another, or not by Vonage.
    const made = await this.used.records.attemptOf(messageId, attempt);
    if (made === undefined) {
      tally.note(`${messageId} cannot be read, so Vonage is not asked about it.`);
      return;
    }
    if (isDirect(made.channel)) return;
    if (made.to === ERASED) {
      tally.note(
        `${messageId} is of an erased person, so Vonage cannot be asked for the number. A person must resolve it.`,
      );
      return;
    }
    const pastMs = this.used.clock.now().getTime() - PAST_MS;
    if (startedAtMs === null || startedAtMs + PAST_MS > pastMs) {
      tally.note(`${messageId} is too young to be asked about. Ask again in a few minutes.`);
      return;
    }
    const since = new Date(startedAtMs - TAKEN_BEFORE_MS).toISOString();
    const until = new Date(Math.min(startedAtMs + TAKEN_AFTER_MS, pastMs)).toISOString();
    const answered = await this.used.reports.sentTo(made.to, since, until);
    const clientRef = `${messageId}.${attempt}`;
    const own = answered.filter(
      (read) => read.kind === 'record' && read.record.clientRef === clientRef,
    );
    const found = await this.take(own, run, tally);
    if (found.size === 0) tally.unknownToVonage(shown(message));
  }

  /** Returns the uuids of the records. */
  private async take(
    answered: readonly ReadRecord[],
    run: Run,
    tally: Tally,
  ): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const read of answered) {
      const record = tally.recordIn(read);
      if (record === undefined) continue;
      tally.add(record, await this.used.records.reconcile(record, run));
      found.add(record.messageUuid);
    }
    return found;
  }
}

function shown(stuck: Stuck): UnknownToVonage {
  const { startedAtMs: _, ...message } = stuck;
  return message;
}
