import type { MessageHead } from '../auditing/message-view.js';
import { InvalidRequest } from '../errors.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { MessageFilter, MessagePage, MessageSearch } from '../ports/message-search.js';
import { formatAmount } from '../projecting/messages/money.js';
import { timeToDeliveryMs } from '../projecting/messages/delivery-contribution.js';
import type { MessageRow } from '../projecting/messages/message-row.js';
import { isFinal } from '../../domain/message/message-status.js';
import type { AsOf, Freshness } from './as-of.js';
import { cursorProblem, decodeCursor, encodeCursor } from './cursor.js';

export const LIST_LIMIT_MAX = 500;
export const LIST_LIMIT_DEFAULT = 50;

/** A message as a list shows it. */
export interface ListedMessage extends MessageHead {
  readonly networkCode: string | null;
  readonly errorCode: string | null;
  readonly segments: number;
  readonly attempts: number;
  readonly cost: readonly { readonly currency: string; readonly amount: string }[];
  readonly submittedAt: string | null;
  readonly deliveredAt: string | null;
  readonly timeToDeliveryMs: number | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
  readonly asOf: AsOf;
}

export type ListedMessages = Page<ListedMessage>;

/** All given conditions must hold. */
export interface ListFilter extends Omit<MessageFilter, 'messageId'> {
  /** Vonage's uuid in lower case, of any attempt of ours or of a message of others. */
  readonly messageUuid?: string;
}

/** Lists messages, one page or all of them. */
export class ListMessages {
  constructor(
    private readonly messages: MessageSearch,
    private readonly index: MessageIndex,
    private readonly freshness: Freshness,
  ) {}

  /** @throws InvalidRequest for a cursor that is not of this filter */
  async execute(
    filter: ListFilter,
    cursor: string | undefined,
    limit = LIST_LIMIT_DEFAULT,
  ): Promise<ListedMessages> {
    const after = keyOf(filter, cursor);
    const { rows, next, progress } = await this.search(filter, after, limit);
    return {
      items: rows.map(listedMessage),
      nextCursor: next === undefined ? null : encodeCursor([next], filter),
      asOf: await this.freshness.asOf(progress),
    };
  }

  /** Yields every message that matches, newest first, page by page, so that memory stays constant. */
  async *pages(filter: ListFilter): AsyncGenerator<Omit<ListedMessages, 'nextCursor'>> {
    let after: number | undefined;
    do {
      const { rows, next, progress } = await this.search(filter, after, LIST_LIMIT_MAX);
      yield { items: rows.map(listedMessage), asOf: await this.freshness.asOf(progress) };
      after = next;
    } while (after !== undefined);
  }

  private async search(
    { messageUuid, ...filter }: ListFilter,
    after: number | undefined,
    rowsMax: number,
  ): Promise<MessagePage> {
    if (messageUuid === undefined) return this.messages.search(filter, after, rowsMax);
    const owner = await this.index.messageIdOf(messageUuid);
    const messageId = owner ?? messageUuid;
    const page = await this.messages.search({ ...filter, messageId }, after, rowsMax);
    if (owner !== undefined) return page;
    // Messages of others have their uuid as id; the ids of ours are no uuids of Vonage.
    return { ...page, rows: page.rows.filter(({ origin }) => origin === 'external') };
  }
}

export const cursorFault = {
  parameter: 'cursor',
  detail: `cursor ${cursorProblem}`,
};

function keyOf(filter: ListFilter, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [key] = decodeCursor(cursor, filter) ?? [];
  if (typeof key === 'number') return key;
  throw new InvalidRequest([cursorFault]);
}

const isoOf = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

function listedMessage(row: MessageRow): ListedMessage {
  const { current, earlier } = row;
  const amounts = new Map<string, number>();
  for (const { currency, amount } of [...earlier, current]) {
    if (currency !== null) amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  }
  return {
    id: row.messageId,
    status: row.status,
    statusSince: new Date(row.statusSince).toISOString(),
    final: isFinal(row.status),
    contradicted: row.contradicted,
    origin: row.origin,
    to: row.to,
    from: row.from,
    channel: row.channel,
    country: row.country,
    networkCode: current.networkCode,
    errorCode: current.errorCode,
    reference: row.reference,
    segments: current.segmentCount ?? row.segmentsRequested,
    attempts: current.number,
    cost: [...amounts].map(([currency, amount]) => ({ currency, amount: formatAmount(amount) })),
    createdAt: new Date(row.createdAt).toISOString(),
    submittedAt: isoOf(current.submittedAt),
    deliveredAt: isoOf(current.deliveredAt),
    timeToDeliveryMs: timeToDeliveryMs(row),
  };
}
