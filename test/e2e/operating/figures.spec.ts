import { fileURLToPath } from 'node:url';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { projectFile, yamlDocuments } from '../../support/files/project-file.js';
import { faultsOf, labelsOf } from '../../support/files/promql.js';
import { Prometheus, prometheusPath } from '../../support/processes/prometheus.js';
import { eventually } from '../../support/watching/eventually.js';
import { scrape, total, type Series } from '../../support/watching/series.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';
import { noDayLimits } from '../../../src/domain/limits/day-limits.js';
import { VERSION } from '../../../src/version.js';

let waybill: Waybill;
let receiver: WebhookReceiver;
let id: string;

const GERMAN = '4915112980003';

beforeAll(async () => {
  const limits = { ...noDayLimits, messagesPerDay: 1_000, messagesPerRecipientHour: null };
  waybill = await startWaybill({ config: { limits } });
  receiver = await WebhookReceiver.start();
  const endpoint = { url: receiver.url, events: ['message.status_changed'] };
  (await waybill.api.post('/v1/webhook-endpoints', endpoint)).as(201);
  id = await waybill.send(recipient());
  const rejected = await waybill.send(recipient('002'));
  const undeliverable = await waybill.send(GERMAN);
  await waybill.until(id, 'delivered');
  await waybill.until(rejected, 'rejected');
  await waybill.until(undeliverable, 'undeliverable');
  const unknownCode = await waybill.send(recipient('001'));
  await waybill.until(unknownCode, 'submitted');
  const body = statusBody('rejected', {
    client_ref: `${unknownCode}.1`,
    error: { title: '4711' },
  });
  await new SignedWebhooks(waybill.url, waybill.config).post('status', body);
});

afterAll(async () => {
  receiver.close();
  await stopWaybills();
});

const messages = (series: Series, ...labels: readonly string[]): number =>
  total(series, 'waybill_messages', ...labels);

const settled = (): Promise<Series> =>
  eventually(async () => {
    const series = await scrape(waybill.url);
    return messages(series, 'class="other"') === 1 && series;
  });

it('count the messages of the ledger by status, country and class of the error', async () => {
  const series = await settled();
  expect(messages(series)).toBe(4);
  expect(series.get('waybill_messages{status="delivered",country="GB",class=""}')).toBe(1);
  expect(series.get('waybill_messages{status="rejected",country="GB",class="permanent"}')).toBe(1);
  expect(series.get('waybill_messages{status="rejected",country="GB",class="other"}')).toBe(1);
  expect(messages(series, 'status="undeliverable"', 'country="DE"')).toBe(1);
  // A status that nobody had yet is there too, or its first message would show no increase.
  expect(series.get('waybill_messages{status="delivered",country="DE",class=""}')).toBe(0);
});

it('give times to delivery as a histogram, cost, and segments', async () => {
  const series = await settled();
  expect(series.get('waybill_delivery_seconds_count')).toBe(1);
  expect(series.get('waybill_delivery_seconds_bucket{le="+Inf"}')).toBe(1);
  expect(series.get('waybill_delivery_seconds_bucket{le="86400"}')).toBe(1);
  expect(series.get('waybill_delivery_seconds_sum')).toBeGreaterThan(0);
  const report = await waybill.api.get('/v1/reports/delivery');
  const { rows } = report.as<{ readonly rows: readonly { readonly cost: readonly Cost[] }[] }>(200);
  const cost = Number(rows[0]?.cost.find(({ currency }) => currency === 'EUR')?.amount);
  expect(cost).toBeGreaterThan(0);
  expect(total(series, 'waybill_cost', 'currency="EUR"')).toBeCloseTo(cost, 8);
  expect(series.get('waybill_segments')).toBe(4);
});

interface Cost {
  readonly currency: string;
  readonly amount: string;
}

it('are the same after a restart', async () => {
  const before = await settled();
  await waybill.stop();
  await waybill.start();
  const after = await settled();
  const ofLedger = (series: Series) =>
    [...series].filter(([name]) => /^waybill_(?:messages\{|cost|segments|delivery)/.test(name));
  expect(new Map(ofLedger(after))).toEqual(new Map(ofLedger(before)));
});

it('count requests by route, never by address', async () => {
  const before = await scrape(waybill.url);
  await waybill.message(id);
  await waybill.api.get('/v1/messages/0197f3a0-0000-7000-8000-000000000000');
  await waybill.api.get('/v1/nothing/447700900001');
  const series = await eventually(async () => {
    const now = await scrape(waybill.url);
    return total(now, 'waybill_http_requests_total', 'status="404"') === 2 && now;
  });
  const route = 'method="GET",route="/v1/messages/:id"';
  const ok = `waybill_http_requests_total{${route},status="200"}`;
  expect((series.get(ok) ?? 0) - (before.get(ok) ?? 0)).toBe(1);
  expect(series.get(`waybill_http_requests_total{${route},status="404"}`)).toBe(1);
  expect(total(series, 'waybill_http_requests_total', 'route="other"', 'status="404"')).toBe(1);
  expect(series.get(`waybill_http_request_seconds_count{${route}}`)).toBeGreaterThanOrEqual(2);
  expect([...series.keys()].filter((key) => key.includes('447700900001'))).toEqual([]);
});

it('follow outgoing webhooks, the transparency log, and the build', async () => {
  const series = await eventually(async () => {
    const now = await scrape(waybill.url);
    return total(now, 'waybill_log_entries') > 10 && now;
  });
  expect(total(series, 'waybill_build_info', `version="${VERSION}"`)).toBe(1);
  expect(total(series, 'waybill_endpoint_disabled')).toBe(0);
  receiver.answer = () => 500;
  await waybill.send(recipient());
  await eventually(async () => {
    const now = await scrape(waybill.url);
    expect(total(now, 'waybill_endpoint_pending')).toBeGreaterThan(0);
    expect(total(now, 'waybill_endpoint_deliveries_total', 'refused')).toBeGreaterThan(0);
    expect(total(now, 'waybill_log_lag_seconds')).toBe(0);
    return true;
  });
});

it('tell by name that a receiver takes nothing, and stay ready', async () => {
  receiver.answer = () => 500;
  // Ten failures in a row mean that it is down; each message has four changes of status.
  for (let count = 0; count < 4; count++) await waybill.send(recipient('001'));
  await eventually(async () => {
    const { body } = await waybill.api.get('/health/ready');
    expect(body).toMatchObject({
      status: 'ready',
      parts: {
        deliveries: {
          state: 'behind',
          reason: 'outgoing webhooks: 1 of 1 receivers take nothing',
        },
      },
    });
    return true;
  });
  expect((await waybill.api.get('/health/ready?part=deliveries')).status).toBe(503);
});

it('count what waits in each lane', async () => {
  (await waybill.api.post('/v1/sending/hold', { reason: 'to look at it' })).as(200);
  await waybill.send(recipient(), { priority: 'bulk' });
  const series = await eventually(async () => {
    const now = await scrape(waybill.url);
    return now.get('waybill_lane_waiting{lane="bulk"}') === 1 && now;
  });
  expect(series.get('waybill_lane_waiting{lane="high"}')).toBe(0);
  expect(series.get('waybill_oldest_waiting_seconds{lane="high"}')).toBe(0);
  expect(series.get('waybill_oldest_waiting_seconds{lane="bulk"}')).toBeGreaterThanOrEqual(0);
});

interface Board {
  readonly panels: readonly {
    readonly title: string;
    readonly description: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

const boards = ['sending', 'delivery', 'webhooks', 'operation'];
const RULES = 'deploy/prometheus/alerts.yaml';

const panelsOf = (board: string): Board['panels'] =>
  (JSON.parse(projectFile(`deploy/grafana/${board}.json`)) as Board).panels;

const boardQueries = boards.flatMap((board) =>
  panelsOf(board).flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ of: `${board}: ${title}`, query: expr })),
  ),
);

function alertQueries(): readonly { readonly of: string; readonly query: string }[] {
  const [rules] = yamlDocuments(RULES) as [
    { readonly groups: readonly { readonly rules: readonly Rule[] }[] },
  ];
  return rules.groups.flatMap((group) =>
    group.rules.map(({ alert, expr }) => ({ of: alert, query: expr })),
  );
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
}

/** In this run Vonage refuses no account, nothing fails by our own doing, and no answer is 5xx. */
const notInThisRun = [
  'waybill_messages has no status failed',
  'waybill_http_requests_total has no status 5..',
];

describe('queries of alerts and boards', () => {
  it('ask only for metrics, labels and values that a running service has', async () => {
    const known = labelsOf(await settled());
    const queries = [...alertQueries(), ...boardQueries];
    expect(queries.length).toBeGreaterThan(80);
    const faults = queries.flatMap(({ of, query }) =>
      faultsOf(query, known)
        .filter((fault) => !notInThisRun.includes(fault))
        .map((fault) => `${of}: ${fault}`),
    );
    expect(faults).toEqual([]);
  });

  it('are checked by a reader that finds faults', async () => {
    const known = labelsOf(await scrape(waybill.url));
    expect(faultsOf('sum(rate(waybill_wehbooks_total[5m]))', known)).toHaveLength(1);
    expect(faultsOf('sum by (nation) (waybill_messages)', known)).toHaveLength(1);
    expect(faultsOf('waybill_messages{nation="GB"}', known)).toHaveLength(1);
    expect(faultsOf('waybill_messages{status=~"delivered|raed"}', known)).toHaveLength(1);
    expect(faultsOf('sum(rate(waybill_messages[5m])', known)).toEqual(['it is no PromQL']);
  });

  it('have panels with a title and a sentence', () => {
    for (const { title, description, targets } of boards.flatMap(panelsOf)) {
      expect([title, description]).not.toContain('');
      expect(targets).not.toEqual([]);
    }
  });
});

const withPrometheus = prometheusPath === undefined ? describe.skip : describe;

withPrometheus('queries, asked of a real Prometheus,', () => {
  it('are answered, those of the boards with a value', async () => {
    const rules = fileURLToPath(new URL(`../../../${RULES}`, import.meta.url));
    const target = new URL(waybill.url).host;
    const prometheus = await Prometheus.start(prometheusPath ?? '', target, rules);
    try {
      for (const { of, query } of alertQueries()) {
        const { status, error } = await prometheus.query(query);
        expect([of, status, error]).toEqual([of, 'success', undefined]);
      }
      // A run of seconds has no hour to look back on.
      const short = (query: string): string =>
        query.replaceAll(/\[(?:1h:1m|1d:1m|1d:10m)\]/g, '[20s:1s]').replaceAll('[5m]', '[20s]');
      for (const { of, query } of boardQueries) {
        await eventually(async () => {
          const { data, error } = await prometheus.query(short(query));
          expect([of, error]).toEqual([of, undefined]);
          expect([of, data?.result.length]).not.toEqual([of, 0]);
          return true;
        });
      }
    } finally {
      await prometheus.stop();
    }
  });
});
