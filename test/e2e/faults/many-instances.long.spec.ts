import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Test, type TestingModule } from '@nestjs/testing';
import { AppModule, type RunnableConfig } from '../../../src/app.module.js';
import { StartResources } from '../../../src/start-resources.js';
import { LEADERSHIP } from '../../../src/application/port-tokens.js';
import { soleLeadership } from '../../../src/adapters/coordination/one-instance/sole-leadership.js';
import { startService, type Service } from '../../../src/service.js';
import { Api, type MessageShown } from '../../support/facts/api.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { eventually } from '../../support/watching/eventually.js';
import { LoadBalancer } from '../../support/doubles/load-balancer.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { startWaybill, stopWaybills, type Waybill } from '../../support/worlds/waybill.js';

const SETTLED_MS_MAX = 60_000;
const SENDER_PAUSE_MS = 20;
/** Timers may fire a little early, and the clock of the database may be adjusted. */
const TIMER_EARLY_MS = 100;
const LEADS = 'This instance does the background work now.';

/** One of several services on the same ledger and the same read models. */
class Instance {
  readonly log = new LogCapture();
  private service: Service | undefined;
  private port = 0;

  constructor(private readonly config: RunnableConfig) {}

  async start(): Promise<void> {
    this.service = await startService({ ...this.config, port: this.port }, this.log.logger);
    this.port = Number(new URL(this.service.url).port);
  }

  async stop(): Promise<void> {
    const service = this.service;
    this.service = undefined;
    await service?.stop();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get api(): Api {
    return new Api(this.url);
  }
}

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;
/** Provides the sandbox and the configuration; its own service is not started. */
let waybill: Waybill;
let instances: readonly [Instance, Instance];
let balancer: LoadBalancer;
/** Believes that it leads, whatever the database says. */
let usurper: TestingModule | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(async () => {
  await stopWaybills();
  await postgres.stop();
});

async function startTwo(vonage: Partial<RunnableConfig['vonage']> = {}): Promise<void> {
  double = await EventStoreDbDouble.start();
  waybill = await startWaybill({
    started: false,
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url: await postgres.newDatabase() },
      // Longer than the balancer needs to notice, with everything running in one process.
      drainSeconds: 3,
    },
    // Longer than a call takes on a shared machine.
    vonage: { timeoutMs: 10_000, ...vonage },
  });
  instances = [new Instance(waybill.config), new Instance(waybill.config)];
  for (const instance of instances) await instance.start();
  balancer = await LoadBalancer.before(() => instances.map(({ url }) => url));
  const webhooks = `${balancer.url}/webhooks`;
  waybill.sandbox.configure({ statusUrl: `${webhooks}/status`, inboundUrl: `${webhooks}/inbound` });
}

afterEach(async () => {
  balancer.close();
  await usurper?.close();
  for (const instance of instances) await instance.stop();
  await waybill.end();
  double.stop();
});

/** Requests a message until it is recorded, as a client does that was told to retry. */
async function send(answers: Map<number, number>): Promise<string> {
  const key = randomUUID();
  for (;;) {
    const answer = await new Api(balancer.url).post(
      '/v1/messages',
      { to: '447700900000', text: 'Hello' },
      { 'Idempotency-Key': key },
    );
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    if (answer.status === 202) return (answer.body as { readonly id: string }).id;
    await delay(20);
  }
}

async function allDelivered(ids: readonly string[]): Promise<void> {
  await eventually(
    async () => {
      for (const [index, id] of ids.entries()) {
        const api = instances[index % 2]?.api;
        const message = (await api?.get(`/v1/messages/${id}`))?.as<MessageShown>(200);
        if (message?.status !== 'delivered') throw new Error(`${id} is ${message?.status}`);
      }
      return true;
    },
    { withinMs: SETTLED_MS_MAX },
  );
}

/** Checks that the read models counted each message once, and that both instances report this. */
async function reportsAgree(messages: number): Promise<void> {
  for (const { api } of instances) {
    await eventually(
      async () => {
        const report = (await api.get('/v1/reports/delivery')).as<{
          readonly rows: readonly { readonly messages: number }[];
          readonly asOf: { readonly behindEvents: number };
        }>(200);
        expect(report.rows).toMatchObject([{ messages, byStatus: { delivered: { messages } } }]);
        expect(report.asOf.behindEvents).toBe(0);
        return true;
      },
      { withinMs: SETTLED_MS_MAX },
    );
  }
}

/** Checks in the ledger that every message was sent once and each of its two reports recorded once. */
async function nothingTwice(ids: readonly string[]): Promise<void> {
  expect(waybill.sandbox.counters()).toMatchObject({
    clientRefsSentTwice: 0,
    messagesAccepted: ids.length,
  });
  for (const id of ids) {
    const { items } = (await instances[0].api.get(`/v1/messages/${id}/events`)).as<{
      readonly items: readonly { readonly type: string }[];
    }>(200);
    const types = items.map(({ type }) => type);
    const reports = types.filter((type) => /^Status(Reported|Refused)$/.test(type));
    expect(reports).toHaveLength(2);
    expect(types.filter((type) => !reports.includes(type)).toSorted()).toEqual([
      'AttemptAccepted',
      'AttemptStarted',
      'MessageRequested',
    ]);
  }
}

const leads = async ({ api }: Instance): Promise<boolean> =>
  /^waybill_background_work 1$/m.test((await api.get('/metrics')).text);

const leaders = async (): Promise<number> => {
  const all = await Promise.all(instances.map((instance) => leads(instance)));
  return all.filter((is) => is).length;
};

it('restarts one instance after the other under load, and loses and doubles nothing', async () => {
  await startTwo();
  await eventually(async () => (await leaders()) === 1);
  const answers = new Map<number, number>();
  const ids: string[] = [];
  const stopping = new AbortController();
  const senders = Array.from({ length: 4 }, async () => {
    while (!stopping.signal.aborted) {
      ids.push(await send(answers));
      await delay(SENDER_PAUSE_MS);
    }
  });
  const [first, second] = instances;
  for (const [leaving, staying] of [instances, [second, first]] as const) {
    await leaving.stop();
    // Whichever instance led before, the other one leads now and messages continue to be sent.
    await eventually(() => leads(staying));
    const { messagesAccepted } = waybill.sandbox.counters();
    await eventually(() => waybill.sandbox.counters().messagesAccepted > messagesAccepted + 10);
    await leaving.start();
    await eventually(async () => (await leaving.api.get('/health/ready')).status === 200);
  }
  stopping.abort();
  await Promise.all(senders);
  await allDelivered(ids);
  await reportsAgree(ids.length);
  await nothingTwice(ids);
  expect(balancer.broken).toBe(0);
  expect([...answers.keys()].filter((status) => status !== 202 && status !== 503)).toEqual([]);
  expect(await leaders()).toBe(1);
}, 240_000);

it('stays right, and within the rate limit, when two instances believe that it is their turn', async () => {
  const requestsPerSecond = 40;
  await startTwo({ requestsPerSecond });
  const log = new LogCapture();
  usurper = await Test.createTestingModule({
    imports: [AppModule.for(waybill.config, log.logger, new StartResources())],
  })
    .overrideProvider(LEADERSHIP)
    .useValue(soleLeadership)
    .compile();
  await usurper.init();
  expect(log.says(LEADS)).toBe(true);
  await eventually(async () => (await leaders()) === 1);

  const answers = new Map<number, number>();
  const begunMs = performance.now();
  const ids = await Promise.all(Array.from({ length: 120 }, () => send(answers)));
  await eventually(() => waybill.sandbox.requests().length === ids.length);
  const lastCallMs = performance.now();
  await allDelivered(ids);
  await reportsAgree(ids.length);
  await nothingTwice(ids);
  // A shared limit has a minimum duration on any machine: two limits would need half of it.
  expect(lastCallMs - begunMs).toBeGreaterThanOrEqual(
    ((ids.length - 1) * 1_000) / requestsPerSecond - TIMER_EARLY_MS,
  );
}, 240_000);
