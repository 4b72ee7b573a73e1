import { randomUUID } from 'node:crypto';
import type { ReconciliationSummary } from '../../../src/application/reconciliation/summary.js';
import type { Waybill } from '../worlds/waybill.js';

/** Sends a report of the provider to a service. @throws Error with its answer, but for 200 */
export async function reconcileWith(
  waybill: Waybill,
  file: string | Buffer,
  query = '',
): Promise<ReconciliationSummary> {
  const response = await fetch(`${waybill.url}/v1/reconciliations${query}`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/csv' },
    body: file,
  });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${body}`);
  return JSON.parse(body) as ReconciliationSummary;
}

/** The sandbox's report with the row of one message changed; undefined leaves the row out. */
export const alteredReport = (
  waybill: Waybill,
  id: string,
  change: (row: string) => string | undefined,
): string =>
  waybill.sandbox
    .report()
    .split('\n')
    .flatMap((row) => (row.includes(id) ? (change(row) ?? []) : row))
    .join('\n');

/** A row about a message of another application of the account. */
export const foreignRow = (
  waybill: Waybill,
  received: string,
  uuid: string = randomUUID(),
): string =>
  `"${waybill.config.vonage.apiKey}","${uuid}","1f3c0a9be2f64b2d9d1c4f3a2b1c0d9e/0","outbound","verify",` +
  `"447700900999","GB","United Kingdom","sms","23415","Vodafone Limited","","","${received}","${received}",` +
  `"6357","delivered","","EUR","0.04839","0.04839","${uuid}"\n`;
