import { addParkedGauge, addPartGauges } from '../../../src/adapters/metrics/gauges.js';
import { PrometheusMetrics } from '../../../src/adapters/metrics/prometheus-metrics.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import { ReadEndpointFigures } from '../../../src/application/operating/endpoint-figures.js';
import { CheckReadiness } from '../../../src/application/reporting/check-readiness.js';
import type { Endpoint } from '../../../src/domain/webhooks/endpoint.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { silent, systemClock } from '../../support/worlds/read-models.js';

const page = (metrics: PrometheusMetrics): Promise<string> => metrics.registry.metrics();

it('show that the ledger fails, and works again, though nobody asks for readiness', async () => {
  const time = new SettableTime();
  const store = new MemoryEventStore();
  let fault: StoreUnavailable | undefined;
  store.checkWritable = async () => {
    if (fault !== undefined) throw fault;
  };
  const health = new HealthRegistry(systemClock, time.monotonic, silent);
  const holds = { holdOf: () => undefined, awaitsReports: null };
  const lag = { events: 0, seconds: 0 };
  const readiness = new CheckReadiness(store, health, () => lag, time.monotonic, holds);
  const metrics = new PrometheusMetrics('1.0.0');
  addPartGauges(metrics, health, () => readiness.look());
  const failing = /^waybill_part_state\{part="ledger",state="failing"\} (\d)/m;

  fault = new StoreUnavailable('the disk is full');
  expect(failing.exec(await page(metrics))?.[1]).toBe('1');
  fault = undefined;
  time.pass(1_000);
  expect(failing.exec(await page(metrics))?.[1]).toBe('0');
  await store.close();
});

it('are there, though the database does not answer how many events are parked', async () => {
  const metrics = new PrometheusMetrics('1.0.0');
  addParkedGauge(metrics, () => new Promise(() => undefined));
  const shown = await page(metrics);
  expect(shown).toMatch(/^waybill_parked_events Nan$/m);
  expect(shown).toMatch(/^process_cpu_seconds_total /m);
});

it('count each refusal from 0, so that the first shows as an increase', async () => {
  const metrics = new PrometheusMetrics('1.0.0');
  const series =
    'waybill_attempts_total{provider="vonage",outcome="refused",class="configuration"}';
  expect(await page(metrics)).toContain(`${series} 0`);
  const refusal = { kind: 'refused', class: 'configuration', httpStatus: 402 } as const;
  metrics.attemptEnded({ ...refusal, reason: '', problem: null, retryAfterMs: null }, 'vonage');
  expect(await page(metrics)).toContain(`${series} 1`);
});

it('say of a receiver that was disabled while it failed that nothing is tried, not for how long', async () => {
  const nowMs = 1_900_000_000_000;
  const endpoint = { id: 'e1', disabledBecause: 'disabled by request' } as Endpoint;
  const figures = new ReadEndpointFigures(
    {
      read: async () => ({
        endpoints: new Map([['e1', endpoint]]),
        madeAt: new Map(),
        revision: 0n,
      }),
    },
    {
      progress: async () => ({
        position: '1',
        failingSince: nowMs - 7_200_000,
        replaySince: undefined,
      }),
      pendingCount: async () => 3,
    },
    { seconds: async () => 9 } as never,
    () => nowMs,
    monotonicClock,
  );
  expect(await figures.read()).toMatchObject([{ isDisabled: true, failingSeconds: 0 }]);
});
