import type { Fact } from './fact.js';
import type { Usage } from './report.js';

export interface Inbound {
  readonly messageUuid: string;
  readonly channel: string;
  /** Digits where it is a number, otherwise the channel's own id. */
  readonly from: string;
  readonly to: string;
  /** `text`, `image`, …; Vonage's own word. */
  readonly messageType: string;
  /** Null where the message is not text. */
  readonly text: string | null;
  /** First word of the text, or of the button that was chosen, upper case: see `keyword.ts`. */
  readonly keyword: string | null;
  /** Number of segments in which it arrived, when told. */
  readonly segmentCount: number | null;
  readonly networkCode: string | null;
  readonly usage: Usage | null;
  /** Vonage's own timestamp when it cannot be true: then the time of receipt stands in its place. */
  readonly claimedAt?: string;
}

/** A person sent us a message. */
export type InboundReceived = Fact<'InboundReceived', Inbound>;
export type InboundEvent = InboundReceived;
