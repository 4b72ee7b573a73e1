import type { MessageStatus } from '../../domain/message/message-status.js';
import type { MessageRow } from '../projecting/messages/message-row.js';
import type { ProjectionProgress } from './projection-store.js';

/** All given conditions must hold. */
export interface MessageFilter {
  readonly messageId?: string;
  /** One of these. */
  readonly statuses?: readonly MessageStatus[];
  readonly to?: string;
  /** Last digits of the recipient's number. */
  readonly toEndsWith?: string;
  readonly from?: string;
  /** Last digits of the sender's number. */
  readonly fromEndsWith?: string;
  readonly country?: string;
  readonly errorCode?: string;
  readonly channel?: string;
  readonly reference?: string;
  /** Vonage's name of the received message that they answer, lower case. */
  readonly inReplyTo?: string;
  readonly contradicted?: boolean;
  /** Created at or after; milliseconds since 1970. */
  readonly since?: number;
  /** Created before; milliseconds since 1970. */
  readonly until?: number;
}

/** The start of a page: after the last message of the page before. */
export type PageKey = number;

export interface MessagePage {
  /** Newest first. */
  readonly rows: readonly MessageRow[];
  /** Undefined on the last page. */
  readonly next: PageKey | undefined;
  /** Undefined while nothing was projected yet. */
  readonly progress: ProjectionProgress | undefined;
}

/** The most numbers that one search by last digits may match. */
export const ENDING_NUMBERS_MAX = 20;

/** Finds messages. Every query uses an index: none reads all messages by accident. */
export interface MessageSearch {
  /** @throws InvalidRequest when more than `ENDING_NUMBERS_MAX` recipients have the last digits */
  search(filter: MessageFilter, after: PageKey | undefined, rowsMax: number): Promise<MessagePage>;
}
