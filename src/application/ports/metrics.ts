import type { AttemptOutcome } from './sms-gateway.js';

export type WebhookKind = 'status' | 'inbound';

/**
 * What became of a webhook. `applied`, `refused` (by the state machine), `repeated` and `quarantined`
 * are safe in the ledger; `unsigned`, `rejected` (signature) and `too-large` were not taken;
 * `unfinished` (its body did not come to its end), `busy` (too many at the same time) and `failed` (our own
 * fault) are asked for again.
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

/** What the operator wants counted. */
export interface Metrics {
  attemptEnded(outcome: AttemptOutcome): void;
  /** A request carried an API key that is not known. */
  apiKeyRefused(): void;
  webhookAnswered(webhook: WebhookKind, result: WebhookResult, seconds: number): void;
}
