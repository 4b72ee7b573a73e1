import { parseClientRef } from '../../domain/message/client-ref.js';
import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { Report } from '../../domain/report.js';
import type { Cause, MessageLedger } from '../message-ledger.js';
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
   * @param occurredAt Vonage's timestamp, ISO 8601 UTC
   * @param signal aborts when the webhook was answered without us
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    report: Report,
    occurredAt: string,
    webhook: WebhookEvidence,
    signal?: AbortSignal,
  ): Promise<Received> {
    const messageId = await this.messageIdOf(report);
    const command: MessageCommand = { type: 'ReportStatus', report, occurredAt };
    const cause: Cause = {
      source: 'webhook',
      factId: report.reportId,
      causationId: webhook.jti ?? report.reportId,
      webhook,
      signal,
    };
    const isStray = messageId === report.messageUuid;
    const { events } = isStray
      ? await this.messages.handleProbablyFirst(messageId, command, cause)
      : await this.messages.handleRecent(messageId, command, cause);
    if (isStray) await this.adoptIfOurs(messageId);
    if (events.length === 0) return 'repeated';
    return events[0]?.type === 'StatusRefused' ? 'refused' : 'applied';
  }

  /** The uuid may have become known while the report was being recorded as a stray. */
  private async adoptIfOurs(messageUuid: string): Promise<void> {
    const owner = await this.index.messageIdOf(messageUuid);
    if (owner !== undefined) await this.adoptReports.execute(messageUuid, owner, 'webhook');
  }

  /**
   * A client ref of ours names the message, so a report can never be too early to be placed. Without
   * one, a uuid that is not known yet gets a stream of its own, and `AdoptReports` mends that later.
   */
  private async messageIdOf(report: Report): Promise<string> {
    const ours = report.clientRef === null ? undefined : parseClientRef(report.clientRef);
    return (
      ours?.messageId ?? (await this.index.messageIdOf(report.messageUuid)) ?? report.messageUuid
    );
  }
}
