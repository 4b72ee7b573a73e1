import type { MessageStatus } from '../../domain/message/message-status.js';
import type { DeliveryReportRow, ReportDelivery } from './delivery-report.js';
import type { AsOf } from './as-of.js';

/** The expected quality of receipts before anything was measured. */
export type ReceiptHint = 'reliable' | 'limited' | 'unknown';

/**
 * Rough classes of how well carriers of a country report deliveries: receipts are said to be reliable in the United
 * States, the United Kingdom, Germany, France and Australia, and limited in India, Brazil and much of Africa. A hint
 * only: measurements overrule it.
 */
const reliable: ReadonlySet<string> = new Set(['US', 'GB', 'DE', 'FR', 'AU']);
const limited: ReadonlySet<string> = new Set(
  (
    'IN BR ' +
    // Africa, without a claim about any single country.
    'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML ' +
    'MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW'
  ).split(' '),
);

export const receiptHint = (country: string | null): ReceiptHint => {
  if (country !== null && reliable.has(country)) return 'reliable';
  return country !== null && limited.has(country) ? 'limited' : 'unknown';
};

/** The fewest messages for a measured share: with fewer it says little, and only the hint counts. */
const MEASURED_MESSAGES_MIN = 100;
const RELIABLE_DELIVERED_SHARE_MIN = 0.9;
const LIMITED_UNCONFIRMED_SHARE_MIN = 0.2;

export interface ConfidenceRow {
  readonly country: string | null;
  /** Null for the whole country, or for a network that no report named. */
  readonly networkCode: string | null;
  readonly messages: number;
  readonly deliveredShare: number | null;
  /** Share that was never confirmed: no receipt inside the confirmation window. */
  readonly unconfirmedShare: number | null;
  readonly timeToDelivery: DeliveryReportRow['timeToDelivery'];
  /** The expected quality of receipts there. */
  readonly receipts: ReceiptHint;
  /** `measured` from our own messages, or only the `hint`. */
  readonly basis: 'measured' | 'hint';
  readonly hint: ReceiptHint;
}

export interface DeliveryConfidence {
  readonly countries: readonly ConfidenceRow[];
  readonly networks: readonly ConfidenceRow[];
  readonly asOf: AsOf;
}

/** Reports the reliability of receipts, by country and by network. */
export class ReportConfidence {
  constructor(private readonly reportDelivery: ReportDelivery) {}

  async execute(range: {
    readonly since?: number;
    readonly until?: number;
  }): Promise<DeliveryConfidence> {
    const countries = await this.reportDelivery.execute({ groupBy: ['country'], ...range });
    const networks = await this.reportDelivery.execute({
      groupBy: ['country', 'networkCode'],
      ...range,
    });
    return {
      countries: countries.rows.map(confidenceRow),
      networks: networks.rows.map(confidenceRow),
      asOf: countries.asOf,
    };
  }
}

/**
 * The statuses in which a message has had its time for a receipt. All others say nothing about receipts: what is scheduled, under
 * way or withdrawn would make a network look unreliable.
 */
const measuredStatuses = [
  'delivered',
  'read',
  'unconfirmed',
  'rejected',
  'undeliverable',
  'failed',
] as const satisfies readonly MessageStatus[];

function confidenceRow(row: DeliveryReportRow): ConfidenceRow {
  const { group, messages, deliveredShare, unconfirmedShare, timeToDelivery } = row;
  const hint = receiptHint(group.country ?? null);
  const measured = measuredStatuses.reduce((sum, one) => sum + countOf(row, one), 0);
  const isMeasured = measured >= MEASURED_MESSAGES_MIN;
  return {
    country: group.country ?? null,
    networkCode: group.networkCode ?? null,
    messages,
    deliveredShare,
    unconfirmedShare,
    timeToDelivery,
    receipts: isMeasured ? measuredClass(row, measured) : hint,
    basis: isMeasured ? 'measured' : 'hint',
    hint,
  };
}

const countOf = ({ byStatus }: DeliveryReportRow, status: MessageStatus): number =>
  byStatus[status]?.messages ?? 0;

function measuredClass(row: DeliveryReportRow, measured: number): ReceiptHint {
  if (countOf(row, 'unconfirmed') >= LIMITED_UNCONFIRMED_SHARE_MIN * measured) return 'limited';
  const delivered = countOf(row, 'delivered') - row.deliveredByOperator + countOf(row, 'read');
  return delivered >= RELIABLE_DELIVERED_SHARE_MIN * measured ? 'reliable' : 'unknown';
}
