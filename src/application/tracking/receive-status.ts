import { parseClientRef } from '../../domain/message/client-ref.js';
import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { Message } from '../../domain/message/message.js';
import type { Report } from '../../domain/report.js';
import { isTransient } from '../errors.js';
import type { Cause, Handled, MessageLedger } from '../message-ledger.js';
import type { WebhookEvidence } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import { messageStream } from '../streams.js';
import { ownerIfKnown, type AdoptReports } from './adopt-reports.js';

/** The effect of a report. All are answered alike, because all are safe in the ledger. */
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
   * @param signal aborts when the webhook was answered before this call ended
   * @param formerReportId the id that an earlier version gave to the same report
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    report: Report,
    occurredAt: string,
    webhook: WebhookEvidence,
    signal?: AbortSignal,
    formerReportId?: string,
  ): Promise<Received> {
    const command: MessageCommand = {
      type: 'ReportStatus',
      report,
      ...(formerReportId === undefined ? {} : { formerReportId }),
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
   * Records the report on the stream that its body names: the message's, by a client ref of ours; otherwise the one
   * named by the uuid. So a report and its repeat meet there, wherever and whenever they arrive, and whatever is known
   * by then.
   */
  private async record(report: Report, command: MessageCommand, cause: Cause): Promise<Handled> {
    const { clientRef, messageUuid } = report;
    const named = clientRef === null ? undefined : parseClientRef(clientRef)?.messageId;
    if (named !== undefined) return this.recordNamed(report, named, command, cause);
    const handled = await this.messages.handleProbablyFirst(messageUuid, command, cause);
    // A repeat is adopted too: the first webhook may have been cut off between its commit and its adoption.
    const owner = await ownerIfKnown(this.index, messageUuid);
    if (owner === undefined || owner === messageUuid) return handled;
    const atHome = await this.bringHome(report, handled, owner, cause);
    return handled.events.length === 0 ? handled : (atHome ?? handled);
  }

  /**
   * A call that was never answered has no uuid but the one that a report names: only now is it known whose the reports are that came
   * without our name.
   */
  private async recordNamed(
    report: Report,
    messageId: string,
    command: MessageCommand,
    cause: Cause,
  ): Promise<Handled> {
    const handled = await this.messages.handleRecent(messageId, command, cause);
    if (wasUnanswered(handled.before, report)) {
      await this.bringHome(report, handled, messageId, cause);
    }
    return handled;
  }

  /** Adopts the report and returns its effect on its message. @throws transient errors only */
  private async bringHome(
    report: Report,
    handled: Handled,
    owner: string,
    { webhook }: Cause,
  ): Promise<Handled | undefined> {
    const [first] = handled.events;
    try {
      if (
        first?.type === 'StatusReported' &&
        handled.before.kind === 'unheard-of' &&
        webhook !== undefined
      ) {
        const recorded = {
          id: report.reportId,
          stream: messageStream(report.messageUuid),
          revision: 0n,
        };
        const stray = { recorded, data: first.data, receivedAt: webhook.receivedAt };
        return await this.adoptReports.adopt(stray, owner, 'webhook');
      }
      const adopted = await this.adoptReports.execute(report.messageUuid, owner, 'webhook');
      return adopted.get(report.reportId);
    } catch (error) {
      // The report is recorded. An unreadable stream must not make Vonage resend it for a day; `Timers` logs the
      // reason.
      if (isTransient(error)) throw error;
      return undefined;
    }
  }
}

const wasUnanswered = (message: Message, { attempt }: Report): boolean =>
  message.kind === 'tracked' &&
  message.attempts.some(({ number, outcome }) => number === attempt && outcome === 'unknown');
