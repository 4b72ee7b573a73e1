import type { MessageStatus } from '../../../domain/message/message-status.js';
import type {
  AttemptRow,
  MessageRow,
} from '../../../application/projecting/messages/message-row.js';
import type { CopyTables } from '../tables.js';
import { reversed } from '../reversed.js';
import type { Cell } from '../table.js';

/** The facet of hidden rows: their reports belong to another message. */
export const ADOPTED_FACET = 0;

/** The values that a facet stands for. */
export interface Facet {
  readonly country: string | null;
  readonly from: string;
  readonly channel: string;
  readonly status: MessageStatus;
  readonly errorCode: string | null;
  readonly contradicted: boolean;
}

export const facetOfRow = (row: MessageRow): Facet => ({
  country: row.country,
  from: row.from,
  channel: row.channel,
  status: row.status,
  errorCode: row.current.errorCode,
  contradicted: row.contradicted,
});

export const facetCells = (facet: Facet): readonly Cell[] => [
  facet.country,
  facet.from,
  facet.channel,
  facet.status,
  facet.errorCode,
  facet.contradicted ? 1 : 0,
];

export const facetOf = (cells: CopyTables['facets']): Facet => ({
  country: cells.country,
  from: cells.sender,
  channel: cells.channel,
  status: cells.status as MessageStatus,
  errorCode: cells.error_code,
  contradicted: cells.contradicted === 1,
});

/** Returns a row of the messages table, in the order of its columns. */
export function messageCells(row: MessageRow, key: number, facetId: number): readonly Cell[] {
  const { current } = row;
  return [
    key,
    row.messageId,
    facetId,
    row.to,
    reversed(row.to),
    row.reference,
    row.inReplyTo,
    row.statusSince,
    row.origin === 'waybill' ? 0 : 1,
    row.segmentsRequested,
    row.createdAt,
    current.number,
    current.startedAt,
    current.submittedAt,
    current.deliveredAt,
    current.networkCode,
    current.errorCode,
    current.segmentCount,
    current.currency,
    current.amount,
    current.messageUuid,
    extraOf(row),
  ];
}

/**
 * Rare values: earlier attempts, facet values of an adopted row, which has no facet, wrong clocks, and people's
 * decisions.
 */
interface Extra {
  readonly earlier: readonly AttemptRow[];
  readonly facet?: Facet;
  readonly deliveryImplausible?: true;
  readonly isDeliveredByOperator?: true;
}

function extraOf(row: MessageRow): string | null {
  const { deliveryImplausible } = row.current;
  const isPlain = deliveryImplausible === undefined && row.isDeliveredByOperator === undefined;
  if (row.earlier.length === 0 && !row.adopted && isPlain) return null;
  const seldom = {
    ...(deliveryImplausible === undefined ? {} : { deliveryImplausible }),
    ...(row.isDeliveredByOperator === undefined ? {} : { isDeliveredByOperator: true as const }),
  };
  const extra: Extra = {
    earlier: row.earlier,
    ...(row.adopted ? { facet: facetOfRow(row) } : {}),
    ...seldom,
  };
  return JSON.stringify(extra);
}

/** @param facetById reads the facets table */
export function messageOf(
  cells: CopyTables['messages'],
  facetById: (id: number) => Facet | undefined,
): MessageRow {
  const extra = cells.earlier === null ? undefined : (JSON.parse(cells.earlier) as Extra);
  const facet = extra?.facet ?? facetById(cells.facet_id);
  if (facet === undefined) throw new RangeError(`the read model has no facet ${cells.facet_id}`);
  return {
    messageId: cells.message_id,
    origin: cells.origin === 0 ? 'waybill' : 'external',
    status: facet.status,
    statusSince: cells.status_since,
    contradicted: facet.contradicted,
    to: cells.recipient,
    from: facet.from,
    channel: facet.channel,
    country: facet.country,
    reference: cells.reference,
    inReplyTo: cells.in_reply_to,
    segmentsRequested: cells.segments_requested,
    createdAt: cells.created_at,
    current: {
      number: cells.attempt,
      startedAt: cells.started_at,
      submittedAt: cells.submitted_at,
      deliveredAt: cells.delivered_at,
      ...(extra?.deliveryImplausible === undefined ? {} : { deliveryImplausible: true }),
      networkCode: cells.network_code,
      errorCode: cells.error_code,
      segmentCount: cells.segment_count,
      currency: cells.currency,
      amount: cells.amount,
      messageUuid: cells.message_uuid,
    },
    earlier: extra?.earlier ?? [],
    ...(extra?.isDeliveredByOperator === undefined ? {} : { isDeliveredByOperator: true }),
    adopted: cells.facet_id === ADOPTED_FACET,
  };
}
