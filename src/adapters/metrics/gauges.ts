import { setTimeout as delay } from 'node:timers/promises';
import {
  partNames,
  partStates,
  type PartName,
  type PartState,
} from '../../application/ports/health.js';
import { providers, type Provider } from '../../domain/sending/provider.js';
import { holdCauses, type HoldCause } from '../../domain/sending/sending-events.js';
import type { ProjectionLag } from '../../application/projecting/projector.js';
import type { CapShare } from '../../application/guards/read-limits.js';
import type { PrometheusMetrics } from './prometheus-metrics.js';

/** Statistics of an embedded ledger's writer. */
export interface LedgerStatistics {
  readonly queuedAppends: number;
  readonly queuedBytes: number;
  readonly commits: number;
  readonly eventsCommitted: number;
  readonly restarts: number;
}

/** Statistics of the background work. */
export interface BackgroundStatistics {
  readonly isLeading: boolean;
  readonly lag: ProjectionLag;
  readonly steppedOver: number;
}

/** Adds gauges of the leader of the background work, and of the lag of the read models. */
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

/** Statistics of the clock. */
export interface ClockStatistics {
  readonly stepsSeen: number;
  aheadMs(): number;
}

/** Adds gauges that show steps of the system's clock. */
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

/** Adds the rest of the pause that Vonage has asked for. */
export function addBackOffGauge(metrics: PrometheusMetrics, backOff: { leftMs(): number }): void {
  metrics.gauge(
    'waybill_sending_back_off_seconds',
    'For how long nothing is sent, because Vonage asked for slower sending (HTTP 429); 0 when it flows.',
    () => backOff.leftMs() / 1000,
  );
}

/** Adds the rest of the time for which windows and second texts wait after an outage. */
export function addAwaitedReportsGauge(
  metrics: PrometheusMetrics,
  held: { readonly restMs: number },
): void {
  metrics.gauge(
    'waybill_awaited_reports_seconds',
    'For how long confirmation windows and second texts wait for reports that Vonage repeats after an outage; 0 when nothing waits.',
    () => held.restMs / 1000,
  );
}

/** The holds that the ledger had at the last read. */
export interface HoldStatistics {
  readonly current: { readonly state: string; readonly cause?: HoldCause } | undefined;
  readonly heldSenders: readonly unknown[];
}

/** Adds the cause of a hold, so that an alert can tell a refusal by Vonage from a person's decision. */
export function addHoldGauges(metrics: PrometheusMetrics, holds: HoldStatistics): void {
  metrics.series(
    {
      name: 'waybill_sending_hold',
      help: '1 for the cause for which sending is held, 0 for the others; configuration: Vonage refused the account.',
    },
    async () =>
      holdCauses.map((cause) => ({
        labels: { cause },
        value: Number(holds.current?.state === 'held' && holds.current.cause === cause),
      })),
  );
  metrics.gauge(
    'waybill_held_senders',
    'Senders whose messages wait, because Vonage (HTTP 403) or the mail server refused them.',
    () => holds.heldSenders.length,
  );
}

/** The hold, back-off and rate of one provider. */
export interface ProviderFigures {
  readonly isHeld: boolean;
  readonly backOffSeconds: number;
  readonly callsPerSecond: number;
}

/** Adds the brakes of each provider, so that a mail server's refusals are told from Vonage's. */
export function addProviderGauges(
  metrics: PrometheusMetrics,
  read: (provider: Provider) => ProviderFigures,
): void {
  const add = (name: string, help: string, value: (figures: ProviderFigures) => number): void =>
    metrics.series({ name, help }, async () =>
      providers.map((provider) => ({ labels: { provider }, value: value(read(provider)) })),
    );
  add(
    'waybill_provider_held',
    '1 while the provider is held; a hold of all of sending counts for those that are set up.',
    ({ isHeld }) => Number(isHeld),
  );
  add(
    'waybill_provider_back_off_seconds',
    'For how long nothing goes to the provider, because it asked for slower sending (HTTP 429).',
    ({ backOffSeconds }) => backOffSeconds,
  );
  add(
    'waybill_provider_calls_per_second',
    'The calls a second that the provider gets at most now.',
    ({ callsPerSecond }) => callsPerSecond,
  );
}

/** Timeout of a count: a database that does not answer must not keep the other figures from a scrape. */
const COUNT_MS_MAX = 2_000;

/** Answers NaN where a count fails or takes long. */
const orNaN = (count: Promise<number>): Promise<number> =>
  Promise.race([count.catch(() => Number.NaN), delay(COUNT_MS_MAX, Number.NaN, { ref: false })]);

/**
 * Adds the number of waiting messages, so that an alert can tell a hold that keeps something back from one that does
 * not.
 * @param count may fail or take long: then the series has no number
 */
export function addWaitingGauge(metrics: PrometheusMetrics, count: () => Promise<number>): void {
  metrics.gauge(
    'waybill_messages_waiting',
    'Messages that are due and not yet handed to Vonage; NaN while the agenda cannot be asked.',
    () => orNaN(count()),
  );
}

/** Adds gauges of the writer of the embedded ledger. */
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

/** Findings of the ledger's check. */
export interface LedgerCheckStatistics {
  readonly damagedPlaces: number;
  readonly passesDone: number;
}

/** Adds gauges that show if all of the embedded ledger can be read. */
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

/** The last reported state of each part of the service. */
export interface PartStates {
  part(part: PartName): { readonly state: PartState };
}

/** A ledger that answers later than this is judged at its answer, for the next scrape. */
const LOOK_MS_MAX = 1_000;

/**
 * Adds one series for each part and state, so that alerts can tell a hold from a fault.
 * @param look looks at the parts that tell nothing by themselves; never rejects
 */
export function addPartGauges(
  metrics: PrometheusMetrics,
  parts: PartStates,
  look: () => Promise<void>,
): void {
  metrics.series(
    {
      name: 'waybill_part_state',
      help: '1 for the state in which a part of the service is, 0 for the others.',
    },
    async () => {
      await Promise.race([look(), delay(LOOK_MS_MAX, undefined, { ref: false })]);
      return partNames.flatMap((part) => {
        const { state: current } = parts.part(part);
        return partStates.map((state) => ({
          labels: { part, state },
          value: Number(state === current),
        }));
      });
    },
  );
}

/**
 * Adds how full the caps of today are, those for all API keys together.
 * @param shares may fail: then the series are left out, because an older share may be that of another day
 */
export function addLimitGauges(
  metrics: PrometheusMetrics,
  shares: () => Promise<readonly CapShare[]>,
): void {
  metrics.series(
    {
      name: 'waybill_limit_used_ratio',
      help: 'How much of the caps per day (UTC) for all API keys is used, by limit: messages or cost; 1 is all. Not there without a cap.',
    },
    async () => (await shares()).map(({ limit, share }) => ({ labels: { limit }, value: share })),
  );
}

/** Adds the number of parked events, which a read model could not take in. */
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
    () => orNaN(total()),
  );
}
