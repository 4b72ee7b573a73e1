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

/** A webhook of this stream was understood when it was replayed, so it is recorded where it belongs. */
export type WebhookReplayed = Fact<
  'WebhookReplayed',
  {
    /** Id of the event that set it aside. */
    readonly eventId: string;
    readonly result: 'applied' | 'refused' | 'repeated';
  }
>;

export type QuarantineEvent = WebhookQuarantined | WebhookReplayed;
