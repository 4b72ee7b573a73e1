import { useQuery } from '@tanstack/react-query';
import type { operations } from 'waybill-client';
import { answerOf, http } from './api.js';
import { DAY_MS, HOUR_MS, type Only, type Range } from './messages-behind.js';
import { countryName, phoneNumber } from './numbers.js';

export type Report =
  operations['getDeliveryReport']['responses'][200]['content']['application/json'];
export type ReportRow = Report['rows'][number];
export type Dimension = Report['groupBy'][number];

export interface Period {
  readonly name: string;
  /** In days, as the address says it. */
  readonly days: number;
  /** The length of one step of the chart. */
  readonly by: 'hour' | 'day';
}

export const periods: readonly Period[] = [
  { name: '24 h', days: 1, by: 'hour' },
  { name: '7 d', days: 7, by: 'day' },
  { name: '30 d', days: 30, by: 'day' },
  { name: '90 d', days: 90, by: 'day' },
];

/** Reports count by whole hours: this one, and the one before, so that it shows at least an hour. */
export const LAST_HOUR: Period = { name: '1 h', days: 1 / 24, by: 'hour' };

/** The period up to the end of this hour, in whole hours or days, so that its address stays the same for a while. */
export function rangeOf({ days, by }: Period, now: Date): Range {
  const until = Math.floor(now.getTime() / HOUR_MS + 1) * HOUR_MS;
  const since = days < 1 ? until - 2 * HOUR_MS : until - days * DAY_MS;
  const start = by === 'hour' ? since : Math.floor(since / DAY_MS) * DAY_MS;
  return { since: new Date(start).toISOString(), until: new Date(until).toISOString() };
}

const all: Only = {};

export const useReport = (
  groupBy: readonly Dimension[],
  { since, until }: Range,
  only: Only = all,
) =>
  useQuery({
    queryKey: ['report', groupBy, since, until, only],
    queryFn: async (): Promise<Report> => {
      const grouping = groupBy.length === 0 ? {} : { groupBy: groupBy.join(',') };
      const params = { query: { ...grouping, ...only, since, until } };
      return answerOf(await http.GET('/v1/reports/delivery', { params }));
    },
  });

/** How far receipts can be believed, by country and network. It changes slowly. */
export const useConfidence = (days: number, isWanted = true) =>
  useQuery({
    queryKey: ['confidence', days],
    enabled: isWanted,
    staleTime: 60_000,
    queryFn: async () => {
      const since = new Date(Date.now() - days * DAY_MS).toISOString();
      const params = { query: { since } };
      return answerOf(await http.GET('/v1/reports/confidence', { params }));
    },
  });

/** How far receipts from each country can be believed; empty until it is known. */
export function useRatings(days: number, isWanted = true) {
  const { data } = useConfidence(days, isWanted);
  return new Map(data?.countries.map(({ country, receipts }) => [country, receipts]));
}

/** The value of a group as people read it. */
export function groupName(dimension: Dimension, value: string | null | undefined): string {
  if (value === null || value === undefined)
    return dimension === 'errorCode' ? 'No error' : 'Not known';
  if (dimension === 'country') return countryName(value);
  if (dimension === 'from') return phoneNumber(value);
  if (dimension === 'networkCode') return `${value.slice(0, 3)} ${value.slice(3)}`;
  return value;
}

const LOST = ['rejected', 'undeliverable', 'failed', 'expired'] as const;
const DOUBT = ['unconfirmed', 'unknown'] as const;
const ARRIVED = ['delivered', 'read'] as const;

const sum = (row: ReportRow, statuses: readonly string[]): number =>
  statuses.reduce((total, status) => total + (row.byStatus[status]?.messages ?? 0), 0);

/** The messages of a row by what they mean for the reader. */
export interface Outcomes {
  readonly arrived: number;
  readonly doubt: number;
  readonly lost: number;
  readonly moving: number;
}

export function outcomesOf(row: ReportRow): Outcomes {
  const [arrived, doubt, lost] = [sum(row, ARRIVED), sum(row, DOUBT), sum(row, LOST)];
  const closed = sum(row, ['cancelled']);
  return { arrived, doubt, lost, moving: row.messages - arrived - doubt - lost - closed };
}
