import type { DeliveryErrorClass } from './delivery-errors/delivery-error.js';

/** The statuses that a carrier or Vonage can report about an attempt. `failed` is the older word of some channels. */
export const reportStatuses = [
  'submitted',
  'delivered',
  'read',
  'rejected',
  'undeliverable',
  'failed',
] as const;

export type ReportStatus = (typeof reportStatuses)[number];

export interface ReportError {
  /** Vonage's code, for example `1170`; null when the webhook named none. */
  readonly code: string | null;
  readonly title: string | null;
  readonly detail: string | null;
  /** Vonage's documentation address of the error. */
  readonly type: string | null;
  readonly class: DeliveryErrorClass;
}

/** Vonage's charge. The price is kept as the decimal string that it sent. */
export interface Usage {
  readonly currency: string;
  readonly price: string;
}

export interface SegmentResult {
  readonly occurredAt: string | null;
  readonly status: string;
  readonly errorCode: string | null;
}

/** The position of a report in a failover workflow of Vonage; `itemNumber` 1 is the primary message. */
export interface WorkflowPosition {
  readonly workflowId: string;
  readonly itemNumber: number | null;
  readonly itemsTotal: number | null;
}

/** One status webhook about one attempt, read. */
export interface Report {
  /** A UUID made from the webhook's body: two webhooks with the same body are one report. */
  readonly reportId: string;
  readonly messageUuid: string;
  /** From the client ref; null when the webhook carried none of ours. */
  readonly attempt: number | null;
  readonly status: ReportStatus;
  /** Digits where it is a number, otherwise the channel's own id. */
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  /** The reference as Vonage sent it; when it is ours it names message and attempt. */
  readonly clientRef: string | null;
  readonly error: ReportError | null;
  readonly usage: Usage | null;
  /** MCC and MNC of the recipient's network, when Vonage tells it. */
  readonly networkCode: string | null;
  readonly segmentCount: number | null;
  readonly segments: readonly SegmentResult[];
  readonly workflow: WorkflowPosition | null;
  /** Vonage's own timestamp when it cannot be true: then the time of receipt stands in its place. */
  readonly claimedAt?: string;
}

/** One currency is counted once, however it is written. */
export const currencyOf = (name: string): string =>
  /^[a-z]{3}$/i.test(name) ? name.toUpperCase() : name;
