/** Delivers outgoing webhooks to all enabled endpoints, in this thread or in one of its own. */
export interface WebhookDeliverer {
  /** Runs until `signal` aborts; resolves when nothing is under way any more. @throws StoreUnavailable */
  run(signal: AbortSignal): Promise<void>;
}
