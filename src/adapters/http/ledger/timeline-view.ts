import { traceOf } from '../../../application/auditing/trace-of.js';
import type { Effect, ReplayedEvent } from '../../../application/auditing/replay-message.js';
import type { EventSource } from '../../../application/ports/event-store.js';
import { explainDeliveryError } from '../../../domain/delivery-errors/catalogue.js';
import type { ReportError } from '../../../domain/report.js';

/** An event as a person sees it who may not see what was recorded of the recipient. */
export interface TimelineEntry {
  readonly revision: number;
  readonly type: string;
  readonly recordedAt: string;
  /** When it happened, by whoever reports it; null where the event cannot be read. */
  readonly occurredAt: string | null;
  readonly source: EventSource;
  /** Name of the API key that caused it. */
  readonly actor: string | null;
  /** The trace in which it was recorded; left out where nothing was traced. */
  readonly traceId?: string;
  /** Null from the first event on that cannot be read. */
  readonly effect: Effect | null;
  /** The meaning of the error code, one sentence; null without an error. */
  readonly meaning: string | null;
  /** The data of the event, without numbers, texts and evidence. */
  readonly details: { readonly hasWebhook: boolean; readonly [field: string]: unknown };
}

/** The fields of all events that name neither the person nor their text. */
const shown = [
  'attempt',
  'channel',
  'from',
  'status',
  'current',
  'reason',
  'messageUuid',
  'externalId',
  'code',
  'httpStatus',
  'nextAttempt',
  'dueAt',
  'confirmBy',
  'sendAt',
  'expiresAt',
  'windowSeconds',
  'step',
  'skipped',
  'outcome',
  'by',
  'messageId',
  'resendOf',
  'inReplyTo',
  'networkCode',
  'segmentCount',
  'usage',
  'claimedAt',
] as const;

export function viewTimelineEntry({ recorded, effect }: ReplayedEvent): TimelineEntry {
  const { revision, metadata, damage } = recorded;
  const data: Readonly<Record<string, unknown>> =
    damage === undefined ? { ...recorded.event.data } : {};
  const traceId = traceOf(metadata);
  const error = data['error'] as ReportError | null | undefined;
  return {
    revision: Number(revision),
    type: damage?.type ?? recorded.event.type,
    recordedAt: metadata.recordedAt,
    occurredAt: damage === undefined ? recorded.event.data.occurredAt : null,
    source: metadata.source,
    actor: metadata.actor ?? null,
    ...(traceId === undefined ? {} : { traceId }),
    effect,
    meaning: meaningOf(error, data['status']),
    details: {
      ...Object.fromEntries(
        shown.flatMap((name) => (data[name] === undefined ? [] : [[name, data[name]]])),
      ),
      ...(error?.code == null ? {} : { errorCode: error.code }),
      hasWebhook: metadata.webhook !== undefined,
      ...(damage === undefined ? {} : { damaged: damage.reason }),
    },
  };
}

const meaningOf = (error: ReportError | null | undefined, status: unknown): string | null =>
  error == null ? null : explainDeliveryError(error.code, String(status)).explanation;
