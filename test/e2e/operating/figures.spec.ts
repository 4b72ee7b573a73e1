import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { eventually } from '../../support/watching/eventually.js';
import { scrape, total, type Series } from '../../support/watching/series.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';
import { VERSION } from '../../../src/version.js';

let waybill: Waybill;
let receiver: WebhookReceiver;
let id: string;

const GERMAN = '4915112980003';

beforeAll(async () => {
  waybill = await startWaybill();
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
