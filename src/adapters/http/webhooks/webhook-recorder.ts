import {
  InvalidAppend,
  UndecodableEvent,
  UnknownEventVersion,
} from '../../../application/errors.js';
import type { HeedWishes } from '../../../application/contacts/heed-wishes.js';
import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { WebhookKind, WebhookResult } from '../../../application/ports/metrics.js';
import { ThrottledLog } from '../../../application/throttled-log.js';
import type { QuarantineWebhook } from '../../../application/tracking/quarantine-webhook.js';
import type { ReceiveInbound } from '../../../application/tracking/receive-inbound.js';
import type { ReceiveStatus } from '../../../application/tracking/receive-status.js';
import { notAfter } from '../../../domain/claimed-time.js';
import type { WebhookReplayed } from '../../../domain/quarantine-events.js';
import { readInboundWebhook } from './read-inbound-webhook.js';
import { readStatusWebhook } from './read-status-webhook.js';

/** A report or an inbound message was applied, was refused by the state machine, or repeats a recorded one. */
export type RecordedResult = WebhookReplayed['data']['result'];

export interface NotUnderstood {
  readonly notUnderstood: string;
}

/** Records the fact of a genuine webhook; a webhook that is not understood goes to quarantine. */
export class WebhookRecorder {
  private readonly log: ThrottledLog;

  constructor(
    private readonly receiveStatus: ReceiveStatus,
    private readonly receiveInbound: ReceiveInbound,
    private readonly quarantine: QuarantineWebhook,
    private readonly heedWishes: HeedWishes,
    logger: Logger,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /** Resolves after the commit. @param signal aborts when nobody waits any more */
  async execute(
    webhook: WebhookKind,
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const recorded = await this.record(webhook, body, evidence, signal);
    if (typeof recorded === 'string') return recorded;
    return this.keep(webhook, recorded.notUnderstood, evidence, signal);
  }

  /** Records the fact, or says why it cannot be recorded; then nothing is. Resolves after the commit. */
  async record(
    webhook: WebhookKind,
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<RecordedResult | NotUnderstood> {
    try {
      return webhook === 'status'
        ? await this.recordStatus(body, evidence, signal)
        : await this.recordInbound(body, evidence, signal);
    } catch (error) {
      // Vonage repeats the webhook, and a newer instance that knows this version can apply it.
      if (error instanceof UnknownEventVersion) throw error;
      // A repeat would meet the same fault until Vonage gives up and the webhook is lost.
      if (error instanceof UndecodableEvent) {
        return { notUnderstood: `an event of its message cannot be read: ${error.message}` };
      }
      if (!(error instanceof InvalidAppend)) throw error;
      return { notUnderstood: 'it says more than one event can hold' };
    }
  }

  private async recordStatus(
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<RecordedResult | NotUnderstood> {
    const read = readStatusWebhook(body, evidence);
    if (read.kind === 'not-understood') return { notUnderstood: read.reason };
    const { report, formerReportId, occurredAt } = read;
    const result = await this.receiveStatus.execute(
      report,
      occurredAt,
      evidence,
      signal,
      formerReportId,
    );
    // Also for a repeat: the first webhook may have been cut off in between.
    await this.heedWishes.ofReport(report, notAfter(evidence.receivedAt, occurredAt));
    return result;
  }

  private async recordInbound(
    body: Buffer,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<RecordedResult | NotUnderstood> {
    const read = readInboundWebhook(body, evidence);
    if (read.kind === 'not-understood') return { notUnderstood: read.reason };
    const { inbound, occurredAt, factIds, words } = read;
    const result = await this.receiveInbound.execute(
      inbound,
      occurredAt,
      factIds,
      evidence,
      signal,
    );
    const saidAt = notAfter(evidence.receivedAt, occurredAt);
    await this.heedWishes.ofInbound(inbound, words, saidAt, factIds.id);
    if (result !== 'another-body') return result;
    return {
      notUnderstood: `another body with the message_uuid ${inbound.messageUuid} is already recorded`,
    };
  }

  private async keep(
    webhook: WebhookKind,
    reason: string,
    evidence: WebhookEvidence,
    signal: AbortSignal,
  ): Promise<WebhookResult> {
    const result = await this.quarantine.execute(webhook, reason, evidence, signal);
    if (result === 'quarantined') {
      // With another default SMS setting of the account, each report comes in a form that is not understood.
      this.log.warn(
        webhook,
        { webhook, reason, digest: evidence.digest },
        'A signed webhook was not understood. It is kept: GET /v1/quarantine shows it.',
      );
    }
    return result;
  }
}
