import type { AttemptOutcome } from './sms-gateway.js';

export type WebhookKind = 'status' | 'inbound';

/**
 * The result of a webhook. `applied`, `refused` (by the state machine), `repeated` and `quarantined` are safe in the
 * ledger; `unsigned`, `rejected` (signature) and `too-large` were not accepted; `unfinished` (its body was cut off),
 * `busy` (too many at the same time) and `failed` (our own fault) make Vonage send it again.
 */
export type WebhookResult =
  | 'applied'
  | 'refused'
  | 'repeated'
  | 'quarantined'
  | 'unsigned'
  | 'rejected'
  | 'too-large'
  | 'unfinished'
  | 'busy'
  | 'failed';

/** Counts events for the operator. */
export interface Metrics {
  attemptEnded(outcome: AttemptOutcome): void;
  /** Counts a request with an unknown API key. */
  apiKeyRefused(): void;
  webhookAnswered(webhook: WebhookKind, result: WebhookResult, seconds: number): void;
}

/** Counts messages that a limit refused. */
export interface GuardMetrics {
  /** @param code of the error, such as `spend-limit` */
  sendRefused(code: string): void;
}
