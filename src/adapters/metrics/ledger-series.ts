import {
  DELIVERY_SECONDS,
  type LedgerFigures,
} from '../../application/operating/delivery-figures.js';
import type { EndpointFigures } from '../../application/operating/endpoint-figures.js';
import type { LogFigures } from '../../application/operating/log-figures.js';
import type { PrometheusMetrics, Sample } from './prometheus-metrics.js';

/**
 * Adds figures of all messages of the ledger: every instance shows the same, so queries take the greatest over the
 * instances, not the sum.
 * @param read may fail: then the series are left out, because a fall to 0 would look like lost messages
 */
export function addDeliverySeries(
  metrics: PrometheusMetrics,
  read: () => Promise<LedgerFigures>,
): void {
  metrics.series(
    {
      name: 'waybill_messages',
      help: 'Messages of the ledger as they are now, by status, country and, where they failed, the class of the error.',
    },
    async () =>
      (await read()).messages.map(({ status, country, errorClass, messages }) => ({
        labels: { status, country, class: errorClass },
        value: messages,
      })),
  );
  metrics.series(
    {
      name: 'waybill_cost',
      help: 'Cost of all messages of the ledger as reports named it, in units of the currency.',
    },
    async () =>
      (await read()).cost.map(({ country, currency, amount }) => ({
        labels: { currency, country },
        value: amount,
      })),
  );
  metrics.series(
    { name: 'waybill_segments', help: 'Segments of all messages of the ledger.' },
    async () => [{ value: (await read()).segments }],
  );
  metrics.series(
    {
      name: 'waybill_messages_contradicted',
      help: 'Messages of the ledger about which reports contradict each other.',
    },
    async () => [{ value: (await read()).contradicted }],
  );
  metrics.series(
    {
      name: 'waybill_delivery_seconds',
      help: "Time from the call to Vonage to the carrier's report of delivery, over all messages of the ledger; each time within 4 percent.",
      type: 'histogram',
    },
    async () => histogram((await read()).timesToDelivery),
  );
}

function histogram({
  within,
  measured,
  totalMs,
}: LedgerFigures['timesToDelivery']): readonly Sample[] {
  const name = 'waybill_delivery_seconds';
  return [
    ...DELIVERY_SECONDS.map((bound, index) => ({
      metricName: `${name}_bucket`,
      labels: { le: String(bound) },
      value: within[index] ?? 0,
    })),
    { metricName: `${name}_bucket`, labels: { le: '+Inf' }, value: measured },
    { metricName: `${name}_sum`, value: totalMs / 1000 },
    { metricName: `${name}_count`, value: measured },
  ];
}

/** Adds the state of each receiver of outgoing webhooks; at most 50 exist. */
export function addEndpointSeries(
  metrics: PrometheusMetrics,
  read: () => Promise<readonly EndpointFigures[]>,
): void {
  const families: readonly [name: string, help: string, of: (one: EndpointFigures) => number][] = [
    [
      'lag_seconds',
      'Age of the oldest event that a receiver of outgoing webhooks was not yet posted.',
      ({ lagSeconds }) => lagSeconds,
    ],
    [
      'pending',
      'Failed deliveries to a receiver of outgoing webhooks that are tried again.',
      ({ pending }) => pending,
    ],
    [
      'failing_seconds',
      'For how long a receiver of outgoing webhooks has taken nothing; 0 while it takes some.',
      ({ failingSeconds }) => failingSeconds,
    ],
    [
      'disabled',
      '1 for a receiver of outgoing webhooks to which nothing is posted any more.',
      ({ isDisabled }) => Number(isDisabled),
    ],
  ];
  for (const [name, help, of] of families) {
    metrics.series({ name: `waybill_endpoint_${name}`, help }, async () =>
      (await read()).map((one) => ({ labels: { endpoint: one.id }, value: of(one) })),
    );
  }
}

/** Adds the state of the transparency log. */
export function addLogSeries(
  metrics: PrometheusMetrics,
  read: () => Promise<LogFigures | undefined>,
): void {
  const families: readonly [name: string, help: string, of: (figures: LogFigures) => number][] = [
    ['entries', 'Entries of the transparency log under its last checkpoint.', ({ size }) => size],
    [
      'lag_seconds',
      'Age of the oldest event that no checkpoint of the transparency log covers.',
      ({ lagSeconds }) => lagSeconds,
    ],
    [
      'checkpoint_age_seconds',
      'Time since this instance first saw the last checkpoint of the transparency log.',
      ({ checkpointAgeSeconds }) => checkpointAgeSeconds,
    ],
  ];
  for (const [name, help, of] of families) {
    metrics.series({ name: `waybill_log_${name}`, help }, async () => {
      const figures = await read();
      return figures === undefined ? [] : [{ value: of(figures) }];
    });
  }
}

/** The number and the age of the messages that wait in one lane. */
export interface LaneFigures {
  readonly lane: string;
  readonly messages: number;
  /** Age of the oldest; 0 when none waits. */
  readonly oldestSeconds: number;
}

/** Adds the number and the age of waiting messages by lane. @param read may fail: then the series are left out */
export function addLaneSeries(
  metrics: PrometheusMetrics,
  read: () => Promise<readonly LaneFigures[]>,
): void {
  metrics.series(
    {
      name: 'waybill_lane_waiting',
      help: 'Messages of a lane that are due and not yet handed to Vonage; 10,001 means more than 10,000.',
    },
    async () => (await read()).map(({ lane, messages }) => ({ labels: { lane }, value: messages })),
  );
  metrics.series(
    {
      name: 'waybill_oldest_waiting_seconds',
      help: 'For how long the oldest due message of a lane has waited to be handed to Vonage; 0 when none waits.',
    },
    async () =>
      (await read()).map(({ lane, oldestSeconds }) => ({ labels: { lane }, value: oldestSeconds })),
  );
}
