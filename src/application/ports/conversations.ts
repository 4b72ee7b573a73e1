import type { InboundRow, ProjectionProgress } from './projection-store.js';

/**
 * A place in a conversation. Its order is by time; of the same millisecond, what we sent comes before what we
 * received.
 */
export type ConversationKey =
  | {
      readonly direction: 'outbound';
      /** Milliseconds since 1970. */
      readonly at: number;
      /** Orders our messages of the same millisecond. */
      readonly tie: number;
    }
  | { readonly direction: 'inbound'; readonly at: number; readonly tie: string };

/** One message of a conversation, and its place. */
export type ConversationEntry =
  | { readonly key: ConversationKey; readonly messageId: string; readonly inbound?: never }
  | { readonly key: ConversationKey; readonly inbound: InboundRow; readonly messageId?: never };

/** `before`: the newest entries before a place, or of all. `after`: the oldest entries behind a place. */
export type ConversationStart =
  | { readonly side: 'before'; readonly key?: ConversationKey | undefined }
  | { readonly side: 'after'; readonly key: ConversationKey };

export interface ConversationPage {
  /** Oldest first. */
  readonly entries: readonly ConversationEntry[];
  /** More entries follow on the side that was asked for. */
  readonly isMore: boolean;
  /** Of both read models. */
  readonly progress: readonly (ProjectionProgress | undefined)[];
}

/** The messages of one direction. */
export interface Traffic {
  readonly messages: number;
  /** There are more than were counted. */
  readonly isAtLeast: boolean;
  /** Milliseconds since 1970; null where there is none. */
  readonly latestAt: number | null;
}

/** Finds what we sent to a contact and what we received from it. Every query uses an index and is bounded. */
export interface Conversations {
  /** @throws ProjectorUnavailable while a list is made anew */
  page(address: string, start: ConversationStart, entriesMax: number): Promise<ConversationPage>;

  /** @param countedMax of each direction @throws ProjectorUnavailable */
  traffic(
    address: string,
    countedMax: number,
  ): Promise<{ readonly sent: Traffic; readonly received: Traffic }>;
}
