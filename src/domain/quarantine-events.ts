import type { Fact } from './fact.js';

/** Something signed by Vonage that we could not understand. Its bytes are in the event's metadata. */
export type WebhookQuarantined = Fact<
  'WebhookQuarantined',
  {
    readonly webhook: 'status' | 'inbound';
    /** What was not understood, in words for the operator. */
    readonly reason: string;
  }
>;

export type QuarantineEvent = WebhookQuarantined;
