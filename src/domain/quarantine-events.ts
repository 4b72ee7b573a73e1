import type { Fact } from './fact.js';

/** A webhook signed by Vonage that we could not understand. Its bytes are in the event's metadata. */
export type WebhookQuarantined = Fact<
  'WebhookQuarantined',
  {
    readonly webhook: 'status' | 'inbound';
    /** The fault in the webhook, in words for the operator. */
    readonly reason: string;
  }
>;

export type QuarantineEvent = WebhookQuarantined;
