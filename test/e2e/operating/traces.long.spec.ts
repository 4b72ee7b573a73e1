import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { RunnableConfig } from '../../../src/app.module.js';
import { systemTime, type TimeSource } from '../../../src/adapters/system/system-time.js';
import { startService, type Service } from '../../../src/service.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { OtlpReceiver, type ReceivedSpan } from '../../support/doubles/otlp-receiver.js';
import { serve } from '../../support/doubles/scripted-server.js';
import { Api, type MessageShown } from '../../support/facts/api.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { readSources } from '../../support/files/imports.js';
import { eventually } from '../../support/watching/eventually.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const TEXT = 'Your secret code is 4711.';

type Traced<Shown> = Shown & { readonly traceId?: string };
interface Entry {
  readonly type: string;
  readonly details: { readonly status?: string };
}

const running: Service[] = [];
let receiver: OtlpReceiver;
let config: RunnableConfig;
let double: EventStoreDbDouble;
let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  double = await EventStoreDbDouble.start();
  postgres = await startPostgres();
  const world = await startWaybill({
    started: false,
    sandbox: { defaultStory: 'no-receipt' },
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url: postgres.url },
      telemetry: { endpoint: receiver.url, serviceName: 'waybill-test' },
    },
  });
  config = world.config;
});

afterAll(async () => {
  for (const service of running) await service.stop();
  receiver.close();
  await stopWaybills();
  double.stop();
  await postgres.stop();
});

/** An instance with a memory of its own; all share the ledger and the database. */
async function startInstance(log = new LogCapture(), time = systemTime): Promise<Service> {
  const service = await startService(config, log.logger, time);
  running.push(service);
  return service;
}

const span = (matches: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> =>
  eventually(() => receiver.spans.find(matches));

const DAY_MS = 86_400_000;

/** Real time, with a wall clock that is a day ahead. */
const aDayLater: TimeSource = { ...systemTime, wallMs: () => systemTime.wallMs() + DAY_MS };

it('lead from a request to its last webhook on another instance a day later, and back', async () => {
  const first = await startInstance();
  const to = recipient();
  await fetch(`${first.url}/health/live`);
  const sent = await new Api(first.url).post(
    '/v1/messages',
    // The window is open for two days, so that the webhook alone changes the status.
    { to, text: TEXT, confirmWithinSeconds: (2 * DAY_MS) / 1_000 },
    { traceparent: `00-${CALLER.trace}-${CALLER.span}-01` },
  );
  const { id } = sent.as<MessageShown>(202);
  const message = await eventually(async () => {
    const now = (await new Api(first.url).get(`/v1/messages/${id}`)).as<Traced<MessageShown>>(200);
    return now.status === 'sent' && now;
  });
  expect(message.traceId).toBe(CALLER.trace);

  // A day passes. The other instance has seen nothing of the message but what the ledger holds.
  await first.stop();
  const second = await startInstance(new LogCapture(), aDayLater);
  const cameMs = aDayLater.wallMs();
  const body = statusBody('delivered', {
    to,
    client_ref: `${id}.1`,
    message_uuid: message.attempts[0]?.messageUuid,
    timestamp: new Date(cameMs).toISOString(),
  });
  const webhooks = new SignedWebhooks(second.url, config);
  const answer = await webhooks.post('status', body, { iat: Math.floor(cameMs / 1_000) });
  expect(answer.status).toBe(204);
  const delivered = await new Api(second.url).get(`/v1/messages/${id}`);
  const { createdAt, statusSince } = delivered.as<MessageShown>(200);
  expect(Date.parse(statusSince) - Date.parse(createdAt)).toBeGreaterThanOrEqual(DAY_MS);

  const request = await span(({ name }) => name === 'POST /v1/messages');
  expect(request).toMatchObject({ traceId: CALLER.trace, parentSpanId: CALLER.span, kind: 2 });
  expect(request.attributes).toMatchObject({
    'messaging.message.id': id,
    'http.response.status_code': 202,
    'waybill.request_id': sent.headers.get('x-request-id'),
  });

  const call = await span(({ name }) => name === 'send sms');
  expect(call).toMatchObject({ traceId: CALLER.trace, parentSpanId: request.spanId, kind: 4 });
  expect(call.attributes).toMatchObject({
    'messaging.message.id': id,
    'waybill.attempt': 1,
    'waybill.outcome': 'accepted',
  });

  const webhook = await span(({ name }) => name === 'POST /webhooks/status');
  expect(webhook).toMatchObject({ kind: 5, attributes: { 'messaging.message.id': id } });
  expect(webhook.parentSpanId ?? '').toBe('');
  expect(webhook.traceId).not.toBe(CALLER.trace);
  expect(webhook.links).toMatchObject([{ traceId: CALLER.trace, spanId: request.spanId }]);

  // The way there: the request's trace holds a span that leads to the webhook's.
  const arrival = await span(({ name }) => name === 'StatusReported delivered');
  expect(arrival).toMatchObject({ traceId: CALLER.trace, parentSpanId: request.spanId });
  expect(arrival.links).toMatchObject([{ traceId: webhook.traceId, spanId: webhook.spanId }]);

  const timeline = await new Api(second.url).get(`/v1/messages/${id}/timeline`);
  const { items } = timeline.as<{ readonly items: readonly Traced<Entry>[] }>(200);
  expect(items.map(({ type, traceId }) => [type, traceId])).toEqual([
    ['MessageRequested', CALLER.trace],
    ['AttemptStarted', CALLER.trace],
    ['AttemptAccepted', CALLER.trace],
    ['StatusReported', webhook.traceId],
  ]);
  expect(receiver.spans.filter(({ name }) => name.includes('/health'))).toEqual([]);
  expect(receiver.services).toEqual(new Set(['waybill-test']));
  for (const word of [TEXT, to, config.vonage.apiSecret]) {
    expect(receiver.posted).not.toContain(word);
  }
});

it('cost nothing but a line in the log while nobody receives them', async () => {
  const log = new LogCapture();
  config = { ...config, telemetry: { endpoint: 'http://127.0.0.1:9', serviceName: 'waybill' } };
  const service = await startInstance(log);
  const sent = await new Api(service.url).post('/v1/messages', { to: recipient(), text: TEXT });
  expect(sent.status).toBe(202);
  const line = await eventually(() =>
    log.lines.find((one) => one.includes('Traces could not be exported')),
  );
  expect(JSON.parse(line)).toMatchObject({ reason: 'connect ECONNREFUSED 127.0.0.1:9' });
});

it('are refused with a reason that the log names, such as a missing token', async () => {
  const log = new LogCapture();
  const collector = await serve((_request, response) => response.writeHead(401).end());
  config = { ...config, telemetry: { endpoint: collector.url, serviceName: 'waybill' } };
  const service = await startInstance(log);
  await new Api(service.url).get('/v1/sending');
  const line = await eventually(() =>
    log.lines.find((one) => one.includes('Traces could not be exported')),
  );
  expect(JSON.parse(line)).toMatchObject({ reason: 'HTTP 401: Unauthorized' });
  await collector.close();
});

it('load no code of OpenTelemetry where it is not configured', async () => {
  const directory = fileURLToPath(new URL('../../../src/', import.meta.url));
  const users = (await readSources(directory)).filter(
    ({ path, imports }) =>
      !path.startsWith('adapters/telemetry/') && imports.some((name) => /telemetry/.test(name)),
  );
  expect(users.map(({ path }) => path)).toEqual(['app.module.ts', 'config.ts', 'service.ts']);
  for (const { path } of users) {
    const text = await readFile(`${directory}${path}`, 'utf8');
    const loaded = text.split('\n').filter((line) => /from '.*telemetry/.test(line));
    // The compiler removes imports of types.
    expect(loaded.filter((line) => !line.startsWith('import type '))).toEqual([]);
  }
});
