import type { Report } from '../report.js';
import { attemptNumberOf, type TrackedMessage } from './message.js';
import { verdictOn } from './transitions.js';
import { verdictOnStatus, type ReportVerdict } from './verdict.js';

/**
 * How a record of the provider compares with the ledger. `agrees`: it says nothing that the ledger does not say.
 * `missing`: its report never arrived here. `contradicts`: it denies what the ledger says.
 */
export type Comparison = 'agrees' | 'missing' | 'contradicts';

export interface ComparedRecord {
  readonly comparison: Comparison;
  /** True when the ledger holds no such report of this attempt yet. */
  readonly isNews: boolean;
}

/** Compares a record with its message. A report of the same status that arrived before is no news. */
export function compareRecord(message: TrackedMessage, report: Report): ComparedRecord {
  const number = attemptNumberOf(message, report);
  const attempt = message.attempts.find((one) => one.number === number);
  const isHeard =
    message.reportIds.includes(report.reportId) ||
    attempt?.reported.includes(report.status) === true;
  let verdict: ReportVerdict = verdictOnStatus(report, message, number);
  // A message that was tried again is judged by the attempt that the record is about.
  if (verdict === 'superseded') verdict = verdictOn(report.status, attempt?.status ?? 'sent');
  const comparison = comparisons[verdict];
  if (comparison === 'missing' && isHeard) return { comparison: 'agrees', isNews: false };
  return { comparison, isNews: comparison !== 'agrees' && !isHeard };
}

const comparisons: Readonly<Record<ReportVerdict, Comparison>> = {
  applies: 'missing',
  recovers: 'missing',
  superseded: 'missing',
  late: 'agrees',
  repeat: 'agrees',
  contradiction: 'contradicts',
  'not-sent': 'contradicts',
};
