import { setTimeout as delay } from 'node:timers/promises';
import {
  partNames,
  partStates,
  type PartName,
  type PartState,
} from '../../application/ports/health.js';
import type { ProjectionLag } from '../../application/projecting/projector.js';
import type { PrometheusMetrics } from './prometheus-metrics.js';

/** What an embedded ledger can tell of its writer. */
export interface LedgerStatistics {
  readonly queuedAppends: number;
  readonly queuedBytes: number;
  readonly commits: number;
  readonly eventsCommitted: number;
  readonly restarts: number;
}

/** What the background work can tell of itself. */
export interface BackgroundStatistics {
  readonly isLeading: boolean;
  readonly lag: ProjectionLag;
  readonly steppedOver: number;
}

/** Who does the background work, and how far the read models are behind. */
export function addBackgroundGauges(
  metrics: PrometheusMetrics,
  background: BackgroundStatistics,
): void {
  metrics.gauge(
    'waybill_background_work',
    '1 on the instance that keeps the read models, calls Vonage and fires timers, 0 on the others.',
    () => Number(background.isLeading),
  );
  metrics.gauge(
    'waybill_projection_lag_events',
    'Events of the ledger that the read models have not taken in.',
    () => background.lag.events,
  );
  metrics.gauge(
    'waybill_projection_lag_seconds',
    'Age of the oldest event that the read models have not taken in.',
    () => background.lag.seconds,
  );
  metrics.gauge(
    'waybill_agenda_stepped_over',
    'Entries of the agenda that are due and cannot be done now, such as those of damaged messages; at most 10,000 of a kind.',
    () => background.steppedOver,
  );
}

/** What the clock can tell of itself. */
export interface ClockStatistics {
  readonly stepsSeen: number;
  aheadMs(): number;
}

/** Whether somebody sets the system's clock. */
export function addClockGauges(metrics: PrometheusMetrics, clock: ClockStatistics): void {
  metrics.gauge(
    'waybill_clock_steps',
    "How often the system's clock was seen to jump since the start.",
    () => clock.stepsSeen,
  );
  metrics.gauge(
    'waybill_clock_ahead_seconds',
    "How far the system's clock is ahead of the time that Waybill goes by; negative: behind. Not 0 for five minutes after a jump.",
    () => clock.aheadMs() / 1000,
  );
}

/** How long Vonage has asked for nothing. */
export function addBackOffGauge(metrics: PrometheusMetrics, backOff: { leftMs(): number }): void {
  metrics.gauge(
    'waybill_sending_back_off_seconds',
    'For how long nothing is sent, because Vonage asked for slower sending (HTTP 429); 0 when it flows.',
    () => backOff.leftMs() / 1000,
  );
}

/** A database that does not answer must not keep the other figures from a scrape. */
const COUNT_MS_MAX = 2_000;

/**
 * How many messages wait, so that an alert can tell a hold that keeps something back from one that does not.
 * @param count may fail, and may take long: then the series has no number
 */
export function addWaitingGauge(metrics: PrometheusMetrics, count: () => Promise<number>): void {
  metrics.gauge(
    'waybill_messages_waiting',
    'Messages that are due and not yet handed to Vonage; NaN while the agenda cannot be asked.',
    () =>
      Promise.race([
        count().catch(() => Number.NaN),
        delay(COUNT_MS_MAX, Number.NaN, { ref: false }),
      ]),
  );
}

/** How the writer of the embedded ledger is doing. */
export function addLedgerGauges(
  metrics: PrometheusMetrics,
  statistics: () => LedgerStatistics,
): void {
  const gauges: readonly [name: string, help: string, read: () => number][] = [
    ['queued_appends', 'Appends that wait for their commit.', () => statistics().queuedAppends],
    ['queued_bytes', 'Their size.', () => statistics().queuedBytes],
    [
      'commits',
      'Commits since the start; events by commits tells how well they group.',
      () => statistics().commits,
    ],
    ['events_committed', 'Events committed since the start.', () => statistics().eventsCommitted],
    [
      'writer_restarts',
      'How often the writer had to be started again.',
      () => statistics().restarts,
    ],
  ];
  for (const [name, help, read] of gauges) metrics.gauge(`waybill_ledger_${name}`, help, read);
}

/** What the check of the ledger has found. */
export interface LedgerCheckStatistics {
  readonly damagedPlaces: number;
  readonly passesDone: number;
}

/** Whether all of the embedded ledger can be read. */
export function addLedgerCheckGauges(
  metrics: PrometheusMetrics,
  check: LedgerCheckStatistics,
): void {
  metrics.gauge(
    'waybill_ledger_damaged_places',
    'Places of the ledger that the last check of all of it could not read or found to contradict each other.',
    () => check.damagedPlaces,
  );
  metrics.gauge(
    'waybill_ledger_checks',
    'How often all of the ledger was checked for damage since the start.',
    () => check.passesDone,
  );
}

/** How each part of the service is, as a component of it reported last. */
export interface PartStates {
  part(part: PartName): { readonly state: PartState };
}

/** One series for each part and state, so that alerts can tell a hold from a fault. */
export function addPartGauges(metrics: PrometheusMetrics, parts: PartStates): void {
  metrics.labelledGauge(
    'waybill_part_state',
    '1 for the state in which a part of the service is, 0 for the others.',
    ['part', 'state'],
    () =>
      partNames.flatMap((part) => {
        const { state: current } = parts.part(part);
        return partStates.map((state) => ({
          labels: { part, state },
          value: Number(state === current),
        }));
      }),
  );
}

/** What was kept aside because a read model could not take it in. */
export function addParkedGauge(
  metrics: PrometheusMetrics,
  parkedCount: () => Promise<ReadonlyMap<string, number>>,
): void {
  const total = async (): Promise<number> => {
    let sum = 0;
    for (const count of (await parkedCount()).values()) sum += count;
    return sum;
  };
  metrics.gauge(
    'waybill_parked_events',
    'Events that a read model could not take in, over all of them; NaN while nobody can say.',
    // A database that is away must not take the other metrics along.
    () => total().catch(() => Number.NaN),
  );
}
