import type { Provider } from '../../domain/sending/provider.js';
import type { AttemptOutcome } from './sms-gateway.js';

export const webhookKinds = ['status', 'inbound'] as const;

export type WebhookKind = (typeof webhookKinds)[number];

/**
 * The result of a webhook. `applied`, `refused` (by the state machine), `repeated` and `quarantined` are safe in the
 * ledger; `unsigned`, `rejected` (signature) and `too-large` were not accepted; `unfinished` (its body was cut off),
 * `busy` (too many at the same time) and `failed` (our own fault) make Vonage send it again.
 */
export const webhookResults = [
  'applied',
  'refused',
  'repeated',
  'quarantined',
  'unsigned',
  'rejected',
  'too-large',
  'unfinished',
  'busy',
  'failed',
] as const;

export type WebhookResult = (typeof webhookResults)[number];

/** Counts events for the operator. */
export interface Metrics {
  attemptEnded(outcome: AttemptOutcome, provider: Provider): void;
  /** Counts a request with an unknown API key. */
  apiKeyRefused(): void;
  webhookAnswered(webhook: WebhookKind, result: WebhookResult, seconds: number): void;
}

/** Counts messages that a limit refused. */
export interface GuardMetrics {
  /** @param code of the error, such as `spend-limit` */
  sendRefused(code: string): void;
}

/** Counts attempts to post to receivers of outgoing webhooks. */
export interface DeliveryMetrics {
  /** @param httpStatus null: the receiver did not answer @param times several that ended alike; one by default */
  endpointAnswered(httpStatus: number | null, isDelivered: boolean, times?: number): void;
}

/** The kinds of personal data that retention destroys. */
export interface ExpiredCounts {
  readonly keys: number;
  readonly messages: number;
  readonly inbound: number;
}

/** Counts personal data that was destroyed by age. */
export interface RetentionMetrics {
  personalDataExpired(counts: ExpiredCounts): void;
}

/** Counts requests other than webhooks. */
export interface RequestMetrics {
  /**
   * @param route pattern of a route, such as `/v1/messages/:id`: never the address itself, whose values have no bound
   * @param seconds null where the length says nothing, as for a stream of events
   */
  requestAnswered(method: string, route: string, status: number, seconds: number | null): void;
}
