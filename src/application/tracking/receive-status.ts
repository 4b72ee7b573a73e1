import { parseClientRef } from '../../domain/message/client-ref.js';
import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { Report } from '../../domain/report.js';
import { isPassing } from '../errors.js';
import type { Cause, Handled, MessageLedger } from '../message-ledger.js';
import type { WebhookEvidence } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { AdoptReports } from './adopt-reports.js';

/** What a report did. All of them are answered alike: it is safe with us. */
export type Received = 'applied' | 'refused' | 'repeated';

/** Records a status webhook on the stream of its message. */
export class ReceiveStatus {
  constructor(
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
    private readonly adoptReports: AdoptReports,
  ) {}

  /**
   * Resolves after the commit.
   * @param occurredAt Vonage's timestamp, ISO 8601 UTC, or ours where that cannot be true
   * @param signal aborts when the webhook was answered without us
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    report: Report,
    occurredAt: string,
    webhook: WebhookEvidence,
    signal?: AbortSignal,
  ): Promise<Received> {
    const command: MessageCommand = {
      type: 'ReportStatus',
      report,
      occurredAt,
      receivedAt: webhook.receivedAt,
    };
    const cause: Cause = {
      source: 'webhook',
      factId: report.reportId,
      causationId: webhook.jti ?? report.reportId,
      webhook,
      signal,
    };
    const { events } = await this.record(report, command, cause);
    if (events.length === 0) return 'repeated';
    return events[0]?.type === 'StatusRefused' ? 'refused' : 'applied';
  }

  /**
   * A client ref of ours names the message, so a report can never be too early to be placed. Without
   * one, a uuid that is not known yet gets a stream of its own, and `AdoptReports` mends that later.
   */
  private async record(report: Report, command: MessageCommand, cause: Cause): Promise<Handled> {
    const { clientRef, messageUuid } = report;
    const named = clientRef === null ? undefined : parseClientRef(clientRef)?.messageId;
    if (named !== undefined) return this.messages.handleRecent(named, command, cause);
    // It may be the repeat of a stray whose first time was cut off between its commit and its adoption.
    const owner = await this.adoptIfOurs(messageUuid);
    cause.signal?.throwIfAborted();
    if (owner !== undefined) return this.messages.handleRecent(owner, command, cause);
    const handled = await this.messages.handleProbablyFirst(messageUuid, command, cause);
    // The uuid may have become known meanwhile.
    await this.adoptIfOurs(messageUuid);
    return handled;
  }

  /** Answers whose the uuid is, once its strays are at home. @throws what passes by itself */
  private async adoptIfOurs(messageUuid: string): Promise<string | undefined> {
    const owner = await this.index.messageIdOf(messageUuid);
    if (owner === undefined) return undefined;
    try {
      await this.adoptReports.execute(messageUuid, owner, 'webhook');
    } catch (error) {
      // A stray that cannot be read must not keep the reports behind it from being recorded. `Timers` logs it when it
      // looks for strays itself.
      if (isPassing(error)) throw error;
    }
    return owner;
  }
}
