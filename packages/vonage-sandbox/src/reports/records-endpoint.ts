import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate } from '../api/authentication.js';
import { writeJson, writeProblem } from '../api/http.js';
import { forbidden, invalidFilter, unauthorized } from '../api/problems.js';
import type { Settings } from '../options.js';
import type { Session } from '../session.js';
import { recordOf, type ReportRecord } from './record.js';

/** The most records of one answer of Vonage. */
const RECORDS_MAX = 1_000;

/** Price of one record in EUR (Vonage's overview of 2020). */
const PRICE_PER_RECORD = 0.0004;

/** `GET /v2/reports/records`: the account's records by id, or by the time at which they were received. */
export function handleRecords(
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  session: Session,
): void {
  const authentication = authenticate(request.headers.authorization, settings, Date.now());
  if (authentication.kind === 'refused' || authentication.caller.kind !== 'account') {
    writeProblem(response, unauthorized());
    return;
  }
  const query = new URL(request.url ?? '/', 'http://sandbox').searchParams;
  if (query.get('account_id') !== settings.apiKey) {
    writeProblem(response, forbidden());
    return;
  }
  const fault = faultOf(query);
  if (fault !== null) {
    writeProblem(response, invalidFilter(fault));
    return;
  }
  const ids = query.get('id')?.split(',') ?? null;
  const all = session.journal.messages().map((message) => recordOf(message, settings.apiKey));
  const matching = all.filter((record) => matches(record, query, ids));
  const records = matching.slice(0, RECORDS_MAX);
  const found = new Set(records.map(({ message_id }) => message_id));
  const notFound = ids?.filter((id) => !found.has(id)) ?? [];
  writeJson(response, 200, {
    request_id: randomUUID(),
    request_status: matching.length > RECORDS_MAX ? 'TRUNCATED' : 'SUCCESS',
    received_at: new Date().toISOString(),
    price: records.length * PRICE_PER_RECORD,
    currency: 'EUR',
    account_id: settings.apiKey,
    product: 'MESSAGES',
    direction: 'outbound',
    include_message: false,
    items_count: records.length,
    ...(notFound.length === 0 ? {} : { ids_not_found: notFound.join(',') }),
    records,
  });
}

/** A parameter that is not heeded would answer with other records than Vonage does. */
const PARAMETERS = ['account_id', 'product', 'direction', 'id', 'date_start', 'date_end', 'to'];

function faultOf(query: URLSearchParams): string | null {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return `The sandbox does not know the parameter ${unknown}.`;
  if (query.get('product') !== 'MESSAGES') return 'The sandbox has records of MESSAGES only.';
  if (query.get('direction') !== 'outbound') return 'The sandbox has outbound records only.';
  const hasDates = query.has('date_start') || query.has('date_end');
  if (query.has('id') && hasDates) {
    return 'When using message_id, the following parameters are not supported: [date_start, date_end]';
  }
  if (query.has('id')) {
    return query.has('to') ? 'The sandbox does not heed to beside id.' : null;
  }
  if (!query.has('date_start') || !query.has('date_end')) {
    return 'Missing required parameter: id, or date_start and date_end';
  }
  const faulty = ['date_start', 'date_end'].find((name) =>
    Number.isNaN(Date.parse(query.get(name) ?? '')),
  );
  return faulty === undefined ? null : `${faulty} must be a time of ISO 8601`;
}

/** `date_start` is inclusive, `date_end` exclusive. */
function matches(
  record: ReportRecord,
  query: URLSearchParams,
  ids: readonly string[] | null,
): boolean {
  if (ids !== null) return ids.includes(record.message_id);
  const received = Date.parse(record.date_received);
  return (
    received >= Date.parse(query.get('date_start') ?? '') &&
    received < Date.parse(query.get('date_end') ?? '') &&
    (!query.has('to') || query.get('to') === record.to)
  );
}
