import type { WebhookEvidence } from '../../../application/ports/event-store.js';
import { explainDeliveryError } from '../../../domain/delivery-errors/catalogue.js';
import { parseClientRef } from '../../../domain/message/client-ref.js';
import {
  reportStatuses,
  type Report,
  type ReportError,
  type ReportStatus,
  type SegmentResult,
  type WorkflowPosition,
} from '../../../domain/report.js';
import { factIdsOf, type Hashes } from './fact-id.js';
import { parseWebhookBody } from './body/webhook-body.js';
import {
  channelOf,
  countOf,
  momentOf,
  nameOf,
  objectOf,
  objectOrNone,
  occurrenceIn,
  partyOf,
  textOf,
  usageOf,
  type Fields,
} from './webhook-fields.js';

export type StatusWebhook =
  | {
      readonly kind: 'report';
      readonly report: Report;
      /** The id that an earlier version gave to the same report. */
      readonly formerReportId: string;
      /** Vonage's timestamp, or ours when it sent no plausible one. ISO 8601 UTC. */
      readonly occurredAt: string;
    }
  | { readonly kind: 'not-understood'; readonly reason: string };

/**
 * Reads the body of a status webhook in any form that Vonage is known to send: v1, v0.1, and their variations. Total:
 * any bytes give a value.
 */
export function readStatusWebhook(
  body: Buffer,
  { digest, sha256, receivedAt }: Hashes & Pick<WebhookEvidence, 'receivedAt'>,
): StatusWebhook {
  const parsed = parseWebhookBody(body);
  if (!parsed.ok) return notUnderstood(parsed.reason);
  const { fields, messageUuid } = parsed;
  const status = statusOf(fields['status']);
  if (status === null) return notUnderstood(statusReason(fields));

  const to = partyOf(fields['to']);
  const from = partyOf(fields['from']);
  const clientRef = textOf(fields['client_ref']);
  const { occurredAt, ...claim } = occurrenceIn(fields, receivedAt);
  const sms = objectOrNone(fields['sms']);
  const segments = segmentsOf(sms['segments']);
  const { id, formerId } = factIdsOf({ digest, sha256 });
  const report: Report = {
    reportId: id,
    messageUuid,
    attempt: clientRef === null ? null : (parseClientRef(clientRef)?.attempt ?? null),
    status,
    to: to.address,
    from: from.address,
    channel: channelOf(fields['channel']) ?? to.channel ?? from.channel ?? 'unknown',
    clientRef,
    error: errorOf(fields['error'], status),
    usage: usageOf(fields['usage']),
    networkCode: nameOf(objectOrNone(fields['destination'])['network_code']),
    // The documentation of long messages says `total_count`, the specification `count_total`.
    segmentCount: countOf(sms['count_total'] ?? sms['total_count']) ?? (segments.length || null),
    segments,
    workflow: workflowOf(fields['workflow']),
    ...claim,
  };
  return { kind: 'report', report, formerReportId: formerId, occurredAt };
}

const statuses: ReadonlySet<string> = new Set(reportStatuses);

function statusOf(value: unknown): ReportStatus | null {
  if (typeof value !== 'string') return null;
  if (statuses.has(value)) return value as ReportStatus;
  const tidied = value.trim().toLowerCase();
  return statuses.has(tidied) ? (tidied as ReportStatus) : null;
}

const NAMED_STATUS_CHARACTERS_MAX = 40;

function statusReason(fields: Fields): string {
  const status = textOf(fields['status']);
  if (status !== null) {
    return `unknown status ${JSON.stringify(status.slice(0, NAMED_STATUS_CHARACTERS_MAX))}`;
  }
  return 'text' in fields || 'message' in fields || 'message_type' in fields
    ? 'an inbound message at the address for status webhooks: check both addresses in the Vonage application'
    : 'the body names no status';
}

/** Reads Vonage's error in all its forms: `{type, title, detail}`, one level deeper, or v0.1's `{code, reason}`. */
function errorOf(value: unknown, status: ReportStatus): ReportError | null {
  const error = errorFieldsOf(value);
  const title = textOf(error['title']);
  const detail = textOf(error['detail']) ?? textOf(error['reason']);
  const type = textOf(error['type']);
  const named = nameOf(error['code']);
  const code = codeOf(title) ?? codeOf(named) ?? codeOf(fragmentOf(type)) ?? tidied(named);
  if (code === null && title === null && detail === null && type === null) return null;
  return { code, title, detail, type, class: explainDeliveryError(code, status).class };
}

const tidied = (text: string | null): string | null => text?.trim() || null;

/** Returns the first item of a list that says anything; a plain text or number counts as the title. */
function errorFieldsOf(value: unknown, depth = 0): Fields {
  if (depth > ERROR_DEPTH_MAX) return {};
  if (Array.isArray(value)) {
    const some = value.slice(0, ERRORS_MAX).map((one) => errorFieldsOf(one, depth + 1));
    return some.find((one) => Object.keys(one).length > 0) ?? {};
  }
  const fields = objectOf(value);
  if (fields === null) return textOf(value) === null ? {} : { title: value };
  const inner = errorFieldsOf(fields['error'], depth + 1);
  // A plain text in `error` takes precedence over no other field.
  if (typeof fields['error'] !== 'object') return { ...inner, ...fields };
  return Object.keys(inner).length > 0 ? inner : fields;
}

const ERROR_DEPTH_MAX = 3;
const ERRORS_MAX = 10;

function codeOf(text: string | null): string | null {
  const code = tidied(text);
  return code !== null && /^[0-9]{1,10}$/.test(code) ? code : null;
}

const fragmentOf = (type: string | null): string | null =>
  type?.includes('#') === true ? type.slice(type.lastIndexOf('#') + 1) : null;

/** No SMS has more: the number of a part has one byte. */
const SEGMENTS_MAX = 255;

function segmentsOf(value: unknown): readonly SegmentResult[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, SEGMENTS_MAX).flatMap((item: unknown) => {
    const segment = objectOf(item);
    if (segment === null) return [];
    return {
      occurredAt: momentOf(segment['timestamp']),
      status: nameOf(segment['status']) ?? 'unknown',
      errorCode: tidied(nameOf(segment['error_code'])),
    };
  });
}

function workflowOf(value: unknown): WorkflowPosition | null {
  const workflow = objectOf(value);
  const workflowId = nameOf(workflow?.['workflow_id'] ?? workflow?.['id']);
  if (workflow === null || workflowId === null) return null;
  return {
    workflowId,
    itemNumber: countOf(workflow['items_number'] ?? workflow['item_number']),
    itemsTotal: countOf(workflow['items_total'] ?? workflow['total_items']),
  };
}

const notUnderstood = (reason: string): StatusWebhook => ({ kind: 'not-understood', reason });
