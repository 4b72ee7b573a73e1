import type { DeliveryErrorClass } from '../../domain/delivery-errors/delivery-error.js';
import type {
  AttemptRefusal,
  Encoding,
  MessageTemplate,
} from '../../domain/message/message-events.js';

/** One call to Vonage, or to the server of another channel, for one attempt of one message. */
export interface AttemptRequest {
  /** `<message id>.<attempt>`; Vonage echoes it in every status webhook. */
  readonly clientRef: string;
  readonly channel: string;
  /** Digits where it is a number. */
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly encoding: Encoding;
  /** The subject of an e-mail, or the title of a push message, where the step names one. */
  readonly subject?: string;
  /** Sent instead of the text. */
  readonly template?: MessageTemplate;
  /** Vonage gives up after this long; null leaves Vonage's default (72 h). 20 to 604,800. */
  readonly ttlSeconds: number | null;
}

/**
 * The outcome of the call. A value, not an exception: each outcome is a fact to record. `refused`: Vonage took nothing
 * (or, with class `ambiguous`, answered without saying so). `unknown`: the request may have reached Vonage; never send
 * it again automatically.
 */
export type AttemptOutcome =
  | {
      readonly kind: 'accepted';
      /** Null on a channel beside Vonage. */
      readonly messageUuid: string | null;
      /** The name under which the server of such a channel knows the attempt. */
      readonly externalId?: string;
    }
  | ({ readonly kind: 'refused' } & Omit<AttemptRefusal, 'attempt'>)
  | { readonly kind: 'unknown'; readonly reason: string };

/** A refusal without an answer over HTTP: nothing was sent, or a channel beside Vonage named its own code. */
export const refused = (
  errorClass: DeliveryErrorClass,
  reason: string,
  code?: string,
  retryAfterMs: number | null = null,
): AttemptOutcome => ({
  kind: 'refused',
  httpStatus: null,
  class: errorClass,
  reason,
  problem: null,
  retryAfterMs,
  ...(code === undefined ? {} : { code }),
});

export interface SmsGateway {
  /** Calls the server exactly once; never rejects. Bounded in time by the adapter's timeout. */
  send(request: AttemptRequest): Promise<AttemptOutcome>;
}
