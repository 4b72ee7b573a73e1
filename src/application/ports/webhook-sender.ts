/** The result of one attempt. */
export interface WebhookOutcome {
  /** Null where there was no answer. */
  readonly httpStatus: number | null;
  /** The reason of the failure, in words; null: it was taken (2xx). */
  readonly error: string | null;
  /** The wait that the receiver asked for, milliseconds. */
  readonly retryAfterMs: number | null;
}

export interface SignedWebhook {
  readonly url: string;
  /** `whsec_…`, all that sign now. */
  readonly secrets: readonly string[];
  readonly id: string;
  readonly at: Date;
  readonly body: string;
}

/** Delivers webhooks to others over the network. */
export interface WebhookSender {
  /** The reason why an address can never be delivered to; undefined: it may be. Names are resolved at delivery. */
  addressFault(url: string): string | undefined;
  /** One attempt, signed by the Standard Webhooks specification. Never throws. */
  send(webhook: SignedWebhook, signal: AbortSignal): Promise<WebhookOutcome>;
}
