import { ApplicationError, InvalidRequest } from '../errors.js';
import type { InboundFilter, InboundKey, InboundMessages } from '../ports/inbound-messages.js';
import type { MessageStatus } from '../../domain/message/message-status.js';
import type { MessageSearch } from '../ports/message-search.js';
import type { EventStore } from '../ports/event-store.js';
import type { InboundRow } from '../ports/projection-store.js';
import { inboundRow } from '../projecting/inbound.js';
import { inboundStream } from '../streams.js';
import type { AsOf, Freshness } from './as-of.js';
import { decodeCursor, encodeCursor } from './cursor.js';
import { cursorFault, LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX, type Page } from './message-list.js';

/** A message that answers a received one. */
export interface Answer {
  readonly id: string;
  readonly status: MessageStatus;
  readonly createdAt: string;
}

export interface FoundInbound extends InboundRow {
  /** Newest first. */
  readonly answers: readonly Answer[];
  readonly asOf: AsOf;
}

/** The most answers that are shown. */
const ANSWERS_MAX = 20;

/** Lists the messages that people sent to us. */
export class ListInbound {
  constructor(
    private readonly inbound: InboundMessages,
    private readonly messages: Pick<MessageSearch, 'search'>,
    private readonly freshness: Freshness,
    private readonly store: Pick<EventStore, 'read'>,
  ) {}

  /** @throws InvalidRequest for a cursor that is not of this filter */
  async execute(
    filter: InboundFilter,
    cursor: string | undefined,
    limit = LIST_LIMIT_DEFAULT,
  ): Promise<Page<InboundRow>> {
    const { rows, next, progress } = await this.inbound.list(filter, keyOf(filter, cursor), limit);
    return {
      items: rows,
      nextCursor:
        next === undefined ? null : encodeCursor([next.occurredAt, next.messageUuid], filter),
      asOf: await this.freshness.asOf(progress),
    };
  }

  /** Yields every inbound message that matches, newest first, page by page, so that memory stays constant. */
  async *pages(filter: InboundFilter): AsyncGenerator<Omit<Page<InboundRow>, 'nextCursor'>> {
    let after: InboundKey | undefined;
    do {
      const { rows, next, progress } = await this.inbound.list(filter, after, LIST_LIMIT_MAX);
      yield { items: rows, asOf: await this.freshness.asOf(progress) };
      after = next;
    } while (after !== undefined);
  }

  /** @throws ApplicationError `inbound-not-found`, StoreUnavailable */
  async find(messageUuid: string): Promise<FoundInbound> {
    const { row = await this.recorded(messageUuid), progress } =
      await this.inbound.find(messageUuid);
    if (row === undefined) {
      throw new ApplicationError(
        'inbound-not-found',
        'There is no received message with this messageUuid.',
      );
    }
    const answers = await this.messages.search({ inReplyTo: messageUuid }, undefined, ANSWERS_MAX);
    return {
      ...row,
      answers: answers.rows.map(({ messageId: id, status, createdAt }) => ({
        id,
        status,
        createdAt: new Date(createdAt).toISOString(),
      })),
      asOf: await this.freshness.asOfAll([progress, answers.progress]),
    };
  }

  /** Reads the ledger, because the list may lack a message that was acknowledged a moment ago. */
  private async recorded(messageUuid: string): Promise<InboundRow | undefined> {
    const { events } = await this.store.read(inboundStream(messageUuid));
    return events.map(inboundRow).findLast((row) => row !== undefined);
  }
}

function keyOf(filter: InboundFilter, cursor: string | undefined): InboundKey | undefined {
  if (cursor === undefined) return undefined;
  const [occurredAt, messageUuid] = decodeCursor(cursor, filter) ?? [];
  if (typeof occurredAt === 'number' && typeof messageUuid === 'string') {
    return { occurredAt, messageUuid };
  }
  throw new InvalidRequest([cursorFault]);
}
