import { notAfter, occurrenceOf } from '../../domain/claimed-time.js';
import { compareRecord } from '../../domain/message/compare-record.js';
import { parseClientRef } from '../../domain/message/client-ref.js';
import {
  attemptNumberOf,
  type Attempt,
  type TrackedMessage,
} from '../../domain/message/message.js';
import type { Report } from '../../domain/report.js';
import type { HeedWishes } from '../contacts/heed-wishes.js';
import { UndecodableEvent } from '../errors.js';
import { fold, type MessageLedger } from '../message-ledger.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, StoredStream } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { Logger } from '../ports/logger.js';
import type { MessageSearch } from '../ports/message-search.js';
import type { ProviderRecord, ProviderReports } from '../ports/provider-reports.js';
import { asksForDecision } from '../../domain/sending/sending.js';
import type { SendingEvent } from '../../domain/sending/sending-events.js';
import { messageStream, SENDING_STREAM } from '../streams.js';
import type { ComparedExample, UnknownHere } from './summary.js';

/** The ports of a reconciliation of many records. */
export interface ReconciliationPorts {
  readonly reports: ProviderReports;
  readonly records: ReconcileRecords;
  readonly search: MessageSearch;
  readonly identifiers: Identifiers;
  readonly logger: Logger;
}

/** One reconciliation. */
export interface Run {
  readonly id: string;
  readonly actor: string | undefined;
  /** True: nothing is recorded, and the answer is the same. */
  readonly dryRun: boolean;
}

/** The result for one record. */
export type Reconciled =
  | { readonly kind: 'agree'; readonly clientRef: string }
  | {
      readonly kind: 'missingHere' | 'contradict';
      readonly clientRef: string;
      readonly isRecorded: boolean;
      readonly example: ComparedExample;
    }
  | { readonly kind: 'unknownHere'; readonly example: UnknownHere }
  | { readonly kind: 'undecodable'; readonly reason: string };

interface Used {
  readonly store: EventStore;
  readonly messages: MessageLedger;
  readonly index: MessageIndex;
  readonly wishes: HeedWishes;
  readonly identifiers: Identifiers;
  readonly clock: Clock;
}

/**
 * Compares a record of the provider with its message, and records what is news as a report. The state machine judges
 * it as it judges a webhook, so that there is one truth; the report's id belongs to the fact, so that a second
 * reconciliation adds nothing.
 */
export class ReconcileRecords {
  private doubted: { readonly runId: string; readonly until: Promise<string> } | undefined;

  constructor(private readonly used: Used) {}

  /** @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict; then repeat the whole reconciliation */
  async reconcile(record: ProviderRecord, run: Run): Promise<Reconciled> {
    try {
      return await this.compare(record, run);
    } catch (error) {
      // One damaged event must not hide what the other records say.
      if (!(error instanceof UndecodableEvent)) throw error;
      return {
        kind: 'undecodable',
        reason: `an event of its message is damaged: ${error.message}`,
      };
    }
  }

  /** @returns undefined where it cannot be read @throws StoreUnavailable */
  async attemptOf(
    messageId: string,
    number: number,
  ): Promise<Pick<Attempt, 'channel' | 'to'> | undefined> {
    try {
      const { message } = await this.used.messages.read(messageId);
      if (message.kind !== 'tracked') return undefined;
      return message.attempts.find((one) => one.number === number);
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      return undefined;
    }
  }

  private async compare(record: ProviderRecord, run: Run): Promise<Reconciled> {
    const { store } = this.used;
    const messageId = await this.messageIdOf(record);
    const { message } = fold(await store.read(messageStream(messageId)));
    const { messageUuid, clientRef, from, status } = record;
    if (message.kind === 'unheard-of') {
      return { kind: 'unknownHere', example: { messageUuid, clientRef, from, reported: status } };
    }
    const report = this.reportOf(record);
    const attempt = attemptNumberOf(message, report);
    const { comparison, isNews } = compareRecord(message, report);
    const compared = { clientRef: `${messageId}.${attempt}` };
    if (comparison === 'agrees') return { kind: 'agree', ...compared };
    return {
      kind: comparison === 'missing' ? 'missingHere' : 'contradict',
      ...compared,
      isRecorded:
        isNews && !run.dryRun && (await this.add(messageId, message, report, record, run)),
      example: { messageId, messageUuid, attempt, reported: status, status: message.status },
    };
  }

  /** Returns false when the report itself arrived in the meantime. */
  private async add(
    messageId: string,
    { createdAt }: TrackedMessage,
    report: Report,
    { statusAt }: ProviderRecord,
    { id, actor }: Run,
  ): Promise<boolean> {
    const { messages, wishes, clock } = this.used;
    const isDoubtful = createdAt <= (await this.doubtedUntil(id));
    const receivedAt = clock.now().toISOString();
    const { occurredAt, ...claim } = occurrenceOf(statusAt, statusAt, receivedAt);
    // Before the report: once that is recorded, the same record is no news, and its wish would be heeded by no repeat.
    await wishes.ofReport(report, notAfter(receivedAt, occurredAt));
    const { events } = await messages.handle(
      messageId,
      {
        type: 'ReconcileReport',
        report: { ...report, ...claim },
        occurredAt,
        receivedAt,
        isDoubtful,
      },
      {
        source: 'reconciliation',
        factId: report.reportId,
        causationId: id,
        actor,
      },
    );
    return events.length > 0;
  }

  /** The time at which this ledger was last found to be an older copy, or damaged; '' when it never was. Read once a run. */
  private doubtedUntil(runId: string): Promise<string> {
    if (this.doubted?.runId !== runId) {
      this.doubted = { runId, until: this.used.store.read(SENDING_STREAM).then(lastDoubt) };
    }
    return this.doubted.until;
  }

  /** The same places as for a webhook: the client ref, the index of uuids, the uuid itself. */
  private async messageIdOf({ clientRef, messageUuid }: ProviderRecord): Promise<string> {
    const named = clientRef === null ? undefined : parseClientRef(clientRef)?.messageId;
    return named ?? (await this.used.index.messageIdOf(messageUuid)) ?? messageUuid;
  }

  private reportOf(record: ProviderRecord): Report {
    const { accountId: _account, receivedAt: _received, statusAt: _at, ...report } = record;
    const words = [report.messageUuid, report.status, report.error?.code ?? ''];
    return { ...report, reportId: this.used.identifiers.idOf('reconciliation', ...words) };
  }
}

/** A damaged event may have been such a hold. */
function lastDoubt({ events }: StoredStream): string {
  const doubts = events.filter((recorded) => {
    if (recorded.damage !== undefined) return true;
    const { type, data } = recorded.event as SendingEvent;
    return type === 'SendingHeld' && asksForDecision(data.cause);
  });
  return doubts.at(-1)?.metadata.recordedAt ?? '';
}
