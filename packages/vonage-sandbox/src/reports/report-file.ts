import { strToU8, zipSync } from 'fflate';
import { columns, type ReportRecord } from './record.js';

/** The report as Vonage writes it: every field in quotes, lines end with LF. */
export const csvOf = (records: readonly ReportRecord[]): string =>
  [columns, ...records.map((record) => columns.map((column) => record[column]))]
    .map((cells) => `${cells.map(quoted).join(',')}\n`)
    .join('');

/** The ZIP in which Vonage delivers it. */
export const zipOf = (csv: string, accountId: string, day: string): Buffer =>
  Buffer.from(
    zipSync({ [`report_MESSAGES_${accountId}_${day.replaceAll('-', '')}.csv`]: strToU8(csv) }),
  );

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
