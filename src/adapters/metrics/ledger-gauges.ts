import type { ProjectionLag } from '../../application/processes/projector.js';
import type { PrometheusMetrics } from './prometheus-metrics.js';

/** What an embedded ledger can tell of its writer. */
export interface LedgerStatistics {
  readonly queuedAppends: number;
  readonly queuedBytes: number;
  readonly commits: number;
  readonly eventsCommitted: number;
  readonly restarts: number;
}

/** How far the read models are behind. */
export function addLagGauges(metrics: PrometheusMetrics, lag: () => ProjectionLag): void {
  metrics.gauge(
    'waybill_projection_lag_events',
    'Events of the ledger that the read models have not taken in.',
    () => lag().events,
  );
  metrics.gauge(
    'waybill_projection_lag_seconds',
    'Age of the oldest event that the read models have not taken in.',
    () => lag().seconds,
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
