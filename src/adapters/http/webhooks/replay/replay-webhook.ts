import { ApplicationError } from '../../../../application/errors.js';
import type { Clock } from '../../../../application/ports/clock.js';
import type {
  EventStore,
  RecordedEvent,
  WebhookEvidence,
} from '../../../../application/ports/event-store.js';
import type { WebhookKind } from '../../../../application/ports/metrics.js';
import type { PersonalKeys } from '../../../../application/ports/personal-keys.js';
import type { LeaveQuarantine } from '../../../../application/tracking/leave-quarantine.js';
import { readInboundWebhook } from '../read-inbound-webhook.js';
import { verifyBody, webhookRefusalReasons, type TokenVerifier } from '../verify-webhook.js';
import type { WebhookRecorder } from '../webhook-recorder.js';

/** What the signature of a kept webhook proves by the secrets that are configured now. */
export const signatureVerdicts = ['valid', 'not-kept', ...webhookRefusalReasons] as const;
export type SignatureVerdict = (typeof signatureVerdicts)[number];

export const replayResults = [
  'applied',
  'refused',
  'repeated',
  'not-understood',
  'not-verified',
] as const;

export interface ReplayedWebhook {
  readonly webhook: WebhookKind;
  readonly signature: SignatureVerdict;
  readonly result: (typeof replayResults)[number];
  /** Why it is not understood; null otherwise. */
  readonly reason: string | null;
}

/** Where a webhook is kept. */
export interface WebhookPlace {
  readonly stream: string;
  readonly revision: bigint;
}

/**
 * Takes a kept webhook in once more, as if Vonage repeated it. A webhook that was recorded is known by its digest, so it
 * is a repeat and adds nothing; one that was set aside is recorded when this build understands it, and leaves quarantine.
 */
export class ReplayWebhook {
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly verify: TokenVerifier,
    private readonly recorder: Pick<WebhookRecorder, 'record'>,
    private readonly leaveQuarantine: LeaveQuarantine,
    private readonly surroundings: { readonly clock: Clock; readonly keys: PersonalKeys },
  ) {}

  /** @throws ApplicationError `webhook-not-found`, `webhook-erased`; StoreUnavailable, AppendOutcomeUnknown */
  async execute(
    { stream, revision }: WebhookPlace,
    actor: string | undefined,
    signal: AbortSignal,
  ): Promise<ReplayedWebhook> {
    const { events } = await this.store.read(stream);
    const kept = events.find((event) => event.revision === revision);
    const evidence = kept?.damage === undefined ? kept?.metadata.webhook : undefined;
    if (kept === undefined || evidence === undefined) {
      throw new ApplicationError(
        'webhook-not-found',
        'No webhook is kept at this `stream` and `revision`. GET /v1/quarantine and the events of a message tell them.',
      );
    }
    if (kept.isErased === true) {
      throw new ApplicationError('webhook-erased', 'Its body was erased with its person.');
    }
    const webhook = kindOf(kept);
    const body = Buffer.from(evidence.rawBody, evidence.rawBodyEncoding);
    const signature = this.verdictOn(evidence, body);
    // It was verified when it came; a wrong signature now means other secrets, or an altered ledger.
    if (signature !== 'valid' && signature !== 'not-kept') {
      return { webhook, signature, result: 'not-verified', reason: null };
    }
    if (webhook === 'inbound' && (await this.isOfErased(body, evidence))) {
      throw new ApplicationError('webhook-erased', 'Its person was erased after it came.');
    }
    const recorded = await this.recorder.record(webhook, body, evidence, signal);
    if (typeof recorded !== 'string') {
      return { webhook, signature, result: 'not-understood', reason: recorded.notUnderstood };
    }
    if (kept.event.type === 'WebhookQuarantined') {
      await this.leaveQuarantine.execute(kept, recorded, actor);
    }
    return { webhook, signature, result: recorded, reason: null };
  }

  /** True for a message from an erased person. Recording it would make that person known again. */
  private async isOfErased(body: Buffer, evidence: WebhookEvidence): Promise<boolean> {
    const read = readInboundWebhook(body, evidence);
    if (read.kind === 'not-understood') return false;
    const { clock, keys } = this.surroundings;
    const person = { number: read.inbound.from, mayReturn: false };
    return 'erased' in (await keys.sealingKey(person, clock.now().toISOString()));
  }

  /** Its age is measured at the time at which it came. */
  private verdictOn({ token, receivedAt }: WebhookEvidence, body: Buffer): SignatureVerdict {
    if (token === undefined) return 'not-kept';
    const receivedMs = Date.parse(receivedAt);
    const nowMs = Number.isNaN(receivedMs) ? this.surroundings.clock.now().getTime() : receivedMs;
    const signed = this.verify(`Bearer ${token}`, nowMs);
    if (signed.kind === 'unsigned') return 'not-kept';
    const genuine = signed.kind === 'signed' ? verifyBody(signed, body) : signed;
    return genuine.kind === 'genuine' ? 'valid' : genuine.reason;
  }
}

function kindOf({ event }: RecordedEvent): WebhookKind {
  if (event.type === 'WebhookQuarantined') return event.data.webhook;
  return event.type === 'InboundReceived' ? 'inbound' : 'status';
}
