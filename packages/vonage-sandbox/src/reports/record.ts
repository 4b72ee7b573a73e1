import { chargeOf } from '../callbacks/status-callback.js';
import type { CallbackRecord, MessageRecord } from '../control/journal.js';

/** The columns of a report of the product MESSAGES, direction outbound, in the order of real reports. */
export const columns = [
  'account_id',
  'message_id',
  'client_ref',
  'direction',
  'from',
  'to',
  'country',
  'country_name',
  'provider',
  'network',
  'network_name',
  'session_type',
  'session_id',
  'date_received',
  'date_finalized',
  'latency',
  'status',
  'error_code',
  'currency',
  'estimated_price',
  'total_price',
  'id',
] as const;

export type ReportRecord = Readonly<Record<(typeof columns)[number], string>>;

/** Statuses after which a message is not under way any more, as the callbacks name them. */
const FINAL = ['delivered', 'rejected', 'undeliverable', 'failed', 'read'];

/** Vonage's record of an accepted message, as its Reports API returns it. Unknown fields are empty strings. */
export function recordOf(message: MessageRecord, accountId: string): ReportRecord {
  const last = lastStatus(message);
  const price = chargeOf(message);
  return {
    account_id: accountId,
    message_id: message.message_uuid,
    client_ref: message.client_ref ?? '',
    direction: 'outbound',
    from: message.from,
    to: message.to,
    country: '',
    country_name: '',
    provider: message.channel,
    network: message.networkCode ?? '',
    network_name: '',
    session_type: '',
    session_id: '',
    date_received: reportTime(message.acceptedAt),
    date_finalized: reportTime(last.at),
    latency: String(Math.max(0, Date.parse(last.at) - Date.parse(message.acceptedAt))),
    status: last.status,
    error_code: last.code,
    currency: price === null ? '' : 'EUR',
    estimated_price: price ?? '',
    total_price: price ?? '',
    id: message.message_uuid,
  };
}

interface LastStatus {
  readonly status: string;
  readonly code: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The latest final status; without one, Vonage has at least taken it. Lost callbacks count like others. */
function lastStatus({ callbacks, acceptedAt }: MessageRecord): LastStatus {
  let latest: LastStatus = { status: 'submitted', code: '', at: acceptedAt };
  let rank = 0;
  for (const callback of callbacks) {
    const { status } = callback;
    if (status === null || !FINAL.includes(status)) continue;
    const ownRank = status === 'read' ? 2 : 1;
    const told = toldBy(callback, status, acceptedAt);
    if (ownRank < rank || (ownRank === rank && told.at < latest.at)) continue;
    rank = ownRank;
    latest = told;
  }
  return latest;
}

function toldBy(
  { body, attempts }: CallbackRecord,
  status: string,
  acceptedAt: string,
): LastStatus {
  const fields = fieldsOf(body);
  const error = fields['error'] as { title?: unknown; code?: unknown } | undefined;
  const { timestamp } = fields;
  const code = error?.title ?? error?.code;
  const isTime = typeof timestamp === 'string' && !Number.isNaN(Date.parse(timestamp));
  return {
    status,
    code: typeof code === 'string' || typeof code === 'number' ? String(code) : '',
    at: new Date(isTime ? timestamp : (attempts[0]?.at ?? acceptedAt)).toISOString(),
  };
}

/** Some stories write bodies that are no JSON. */
function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Reports write whole seconds with an offset. */
const reportTime = (iso: string): string => iso.replace(/(?:\.\d+)?Z$/, '+00:00');
