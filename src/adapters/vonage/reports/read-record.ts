import type { ReadRecord } from '../../../application/ports/provider-reports.js';
import { explainDeliveryError } from '../../../domain/delivery-errors/catalogue.js';
import { parseClientRef } from '../../../domain/message/client-ref.js';
import { currencyOf, type Usage } from '../../../domain/report.js';
import { recordStatuses } from './record-statuses.js';

/** One record of the Reports API by the names of its columns; in JSON the names are the same. */
export type RecordFields = (column: string) => string;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DECIMAL = /^\d+(?:\.\d+)?$/;
/** Whole seconds with an offset; the older specification writes it without a colon. */
const TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:?\d{2})$/;
/** Longest name that is kept. Vonage's names are far shorter. */
const NAME_CHARACTERS_MAX = 200;

/** Reads a record of the product MESSAGES. @param row its number, for the reason */
export function readRecord(field: RecordFields, row: number): ReadRecord {
  const clientRef = name(field('client_ref'));
  const unreadable = (reason: string): ReadRecord => ({
    kind: 'unreadable',
    row,
    reason,
    clientRef,
  });
  if (field('direction').trim().toLowerCase() === 'inbound') return { kind: 'inbound' };
  const messageUuid = field('message_id').toLowerCase();
  if (!UUID.test(messageUuid)) return unreadable('message_id is no UUID');
  const status = recordStatuses[field('status').trim().toLowerCase()];
  if (status === undefined) {
    return unreadable(`the status ${JSON.stringify(field('status').slice(0, 40))} is not known`);
  }
  const code = name(field('error_code'));
  // Zero is the code of success in older reports.
  const error =
    code === null || code === '0'
      ? null
      : {
          code,
          title: null,
          detail: null,
          type: null,
          class: explainDeliveryError(code, status).class,
        };
  return {
    kind: 'record',
    record: {
      accountId: field('account_id'),
      messageUuid,
      attempt: clientRef === null ? null : (parseClientRef(clientRef)?.attempt ?? null),
      status,
      to: withoutPlus(name(field('to')) ?? ''),
      from: withoutPlus(name(field('from')) ?? ''),
      channel: name(field('provider'))?.toLowerCase() ?? 'unknown',
      clientRef,
      error,
      usage: usageOf(field('currency'), field('total_price')),
      networkCode: name(field('network')),
      segmentCount: null,
      segments: [],
      workflow: null,
      receivedAt: timeOf(field('date_received')),
      // Of a message that was read, `date_finalized` tells the delivery, not the reading.
      statusAt: timeOf(
        status === 'submitted'
          ? field('date_received')
          : status === 'read'
            ? ''
            : field('date_finalized'),
      ),
    },
  };
}

function name(text: string): string | null {
  const trimmed = text
    .trim()
    .slice(0, NAME_CHARACTERS_MAX)
    .toWellFormed()
    .replaceAll('\0', '\ufffd');
  return trimmed === '' ? null : trimmed;
}

const withoutPlus = (address: string): string =>
  /^\+\d+$/.test(address) ? address.slice(1) : address;

const usageOf = (currency: string, price: string): Usage | null =>
  currency !== '' && DECIMAL.test(price) ? { currency: currencyOf(currency), price } : null;

function timeOf(text: string): string | null {
  const [, local, zone = ''] = TIME.exec(text.trim()) ?? [];
  if (local === undefined) return null;
  // V8 takes the 30th of February for a day in March.
  const day = local.slice(0, DAY_CHARACTERS);
  if (!dateOf(`${local}Z`)?.startsWith(day)) return null;
  const offset = zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
  return dateOf(`${local}${offset}`);
}

const DAY_CHARACTERS = '2025-04-01'.length;

function dateOf(iso: string): string | null {
  const milliseconds = Date.parse(iso);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}
