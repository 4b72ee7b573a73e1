import {
  addAwaitedReportsGauge,
  addBackgroundGauges,
  addBackOffGauge,
  addClockGauges,
  addHoldGauges,
  addLedgerCheckGauges,
  addLedgerGauges,
  addLimitGauges,
  addParkedGauge,
  addPartGauges,
  addProviderGauges,
  addWaitingGauge,
} from '../../src/adapters/metrics/gauges.js';
import {
  addDeliverySeries,
  addEndpointSeries,
  addLaneSeries,
  addLogSeries,
} from '../../src/adapters/metrics/ledger-series.js';
import { PrometheusMetrics } from '../../src/adapters/metrics/prometheus-metrics.js';
import { partNames } from '../../src/application/ports/health.js';
import { parseQuery } from '../support/files/promql.js';
import { projectFile, yamlDocuments } from '../support/files/project-file.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

const [rules] = yamlDocuments('deploy/prometheus/alerts.yaml') as [
  { readonly groups: readonly [{ readonly rules: readonly Rule[] }] },
];
const alerts = rules.groups[0].rules;
const manual = projectFile('docs/operations.md');

/** Schemas of PostgreSQL that the manual names. */
const SCHEMAS = ['waybill_keys', 'waybill_log', 'waybill_webhooks'];

/** Returns names of series, without the suffixes that Prometheus adds to a histogram. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\b(?:waybill|nodejs|process)_[a-z0-9_]+/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );

const metrics = new PrometheusMetrics('1.0.0');
addBackgroundGauges(metrics, {
  isLeading: true,
  lag: { events: 0, seconds: 0 },
  steppedOver: 0,
});
const statistics = {
  queuedAppends: 0,
  queuedBytes: 0,
  commits: 0,
  eventsCommitted: 0,
  restarts: 0,
};
addParkedGauge(metrics, async () => new Map());
addBackOffGauge(metrics, { leftMs: () => 0 });
addAwaitedReportsGauge(metrics, { restMs: 0 });
addHoldGauges(metrics, { current: undefined, heldSenders: [] });
addProviderGauges(metrics, () => ({ isHeld: false, backOffSeconds: 0, callsPerSecond: 30 }));
addClockGauges(metrics, { stepsSeen: 0, aheadMs: () => 0 });
addPartGauges(metrics, { part: () => ({ state: 'working' }) }, async () => undefined);
addLedgerGauges(metrics, () => statistics);
addLedgerCheckGauges(metrics, { damagedPlaces: 0, passesDone: 0 });
addWaitingGauge(metrics, async () => 0);
addLimitGauges(metrics, async () => []);
addDeliverySeries(metrics, () => Promise.reject(new Error('no ledger')));
addEndpointSeries(metrics, async () => []);
addLogSeries(metrics, async () => undefined);
addLaneSeries(metrics, async () => []);
const counted = metrics.registry.getMetricsAsArray().map(({ name }) => name);

describe('alerts', () => {
  it('ask for metrics that the service has', () => {
    const asked = alerts.flatMap(({ expr }) => namesIn(expr));
    expect(asked.length).toBeGreaterThan(5);
    expect(counted).toEqual(expect.arrayContaining(asked));
  });

  it.each(partNames)('are given when the part %s fails', (part) => {
    const selectors = alerts.flatMap(({ expr }) => parseQuery(expr).selectors);
    const wanted = { part, state: 'failing' };
    const found = selectors.filter(
      ({ metric, matchers }) =>
        metric === 'waybill_part_state' &&
        matchers.every(({ label, operator, pattern }) =>
          new RegExp(operator === '=~' ? `^(?:${pattern})$` : `^${pattern}$`).test(
            wanted[label as keyof typeof wanted],
          ),
        ),
    );
    expect(found).not.toEqual([]);
  });

  it('compare failed requests with requests of the same routes', () => {
    const [expr = ''] = alerts
      .filter(({ alert }) => alert === 'WaybillRequestsFail')
      .map((rule) => rule.expr);
    const routes = parseQuery(expr).selectors.map(({ matchers }) =>
      matchers.filter(({ label }) => label === 'route'),
    );
    expect(routes).toHaveLength(2);
    expect(routes[0]).not.toEqual([]);
    expect(routes[1]).toEqual(routes[0]);
  });

  it('are each explained in the manual', () => {
    const unexplained = alerts.filter(({ alert }) => !manual.includes(`| \`${alert}\` `));
    expect(unexplained).toEqual([]);
    for (const { labels, annotations } of alerts) {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations.summary).not.toBe('');
    }
  });
});

describe('the manual', () => {
  it('explains every metric that is our own', () => {
    for (const name of counted.filter((one) => one.startsWith('waybill_'))) {
      expect(manual).toContain(name);
    }
  });

  it('names no alert and no metric that does not exist', () => {
    const named = [...manual.matchAll(/`(Waybill[A-Z]\w+)`/g)].map((match) => match[1]);
    expect(alerts.map(({ alert }) => alert)).toEqual(expect.arrayContaining(named));
    const ours = namesIn(manual).filter(
      (name) => name.startsWith('waybill_') && !SCHEMAS.includes(name),
    );
    expect(counted).toEqual(expect.arrayContaining([...ours]));
  });
});
