import { eventually } from '../../support/watching/eventually.js';
import {
  EventStoreDbDouble,
  type DoubleOptions,
} from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import type { OutageTraffic } from '../../support/worlds/outage-traffic.js';
import { OutageWorld } from '../../support/worlds/outage-world.js';
import { recipient, startWaybill, type Waybill } from '../../support/worlds/waybill.js';

/** Time for the back-offs that grew during the outage to run out, on a machine with other work. */
const RECOVERY_MS = 90_000;

const TEST_MS = 400_000;

/** The digits for which the sandbox answers 202 late. */
const SLOW_ACCEPTED = '008';

interface Outage {
  readonly name: string;
  readonly nodes?: DoubleOptions['nodes'];
  readonly begin: (double: EventStoreDbDouble) => void | Promise<void>;
  readonly end: (double: EventStoreDbDouble) => void | Promise<void>;
}

/** Outages during which no write is possible, or none can be confirmed. */
const outages: readonly Outage[] = [
  {
    name: 'the only node is down and refuses connections',
    begin: ({ leader }) => leader.stop(),
    end: ({ leader }) => leader.start(),
  },
  {
    name: 'the only node refuses every call',
    begin: ({ faults }) => void (faults.notReady = true),
    end: ({ faults }) => void (faults.notReady = false),
  },
  {
    name: 'the only node is silent',
    begin: ({ faults }) => void (faults.silent = true),
    end: ({ faults }) => void (faults.silent = false),
  },
  {
    name: 'the only node half-closes every call',
    begin: ({ faults }) => void (faults.halfClosing = true),
    end: ({ faults }) => void (faults.halfClosing = false),
  },
  {
    name: 'the only node commits and cuts the connection instead of an answer',
    begin: ({ faults }) => void (faults.cutsAfterCommit = Infinity),
    end: ({ faults }) => void (faults.cutsAfterCommit = 0),
  },
  {
    name: 'the only node commits and never says so',
    begin: ({ faults }) => void (faults.silentAfterCommit = true),
    end: ({ faults }) => void (faults.silentAfterCommit = false),
  },
  {
    name: 'the only node commits and says that it gave up',
    begin: ({ faults }) => void (faults.timesOut = true),
    end: ({ faults }) => void (faults.timesOut = false),
  },
  {
    name: 'the only node answers after five seconds',
    begin: ({ faults }) => void (faults.answerDelayMs = 5_000),
    end: ({ faults }) => void (faults.answerDelayMs = 0),
  },
  {
    name: 'the leader of three nodes dies and the next is not elected yet',
    nodes: 3,
    begin: (double) => {
      double.leader.stop();
      double.elect(undefined);
    },
    end: (double) => double.elect(1),
  },
  {
    name: 'all of three nodes are down',
    nodes: 3,
    begin: ({ nodes }) => {
      for (const node of nodes) node.stop();
    },
    end: async ({ nodes }) => {
      for (const node of nodes) await node.start();
    },
  },
];

/** Faults after which a retry inside the service may already succeed, so that no client need notice. */
const hiccups: readonly (Omit<Outage, 'begin' | 'end'> & {
  readonly happen: (double: EventStoreDbDouble) => void | Promise<void>;
})[] = [
  { name: 'the only node restarts', happen: ({ leader }) => leader.restart() },
  {
    name: 'the only node commits and cuts the connection three times',
    happen: ({ faults }) => void (faults.cutsAfterCommit = 3),
  },
  { name: 'every subscription fails', happen: ({ leader }) => leader.dropSubscriptions('error') },
  { name: 'every subscription ends', happen: ({ leader }) => leader.dropSubscriptions('end') },
  {
    name: 'every answer takes 200 ms from then on',
    happen: ({ faults }) => void (faults.answerDelayMs = 200),
  },
  {
    name: 'another of three nodes becomes the leader',
    nodes: 3,
    happen: (double) => double.elect(2),
  },
];

/** All services start before the first outage, or a start would delay the answers of another. */
const worlds = new Map<string, OutageWorld>();
for (const { name, nodes } of [...outages, ...hiccups]) {
  worlds.set(name, await OutageWorld.start(nodes));
}

afterAll(async () => {
  for (const world of worlds.values()) await world.end();
});

it.concurrent.each(outages)(
  'while $name, webhooks are answered 503 within 3 s, and nothing is lost or doubled',
  async ({ name, begin, end }) => {
    const world = worldOf(name);
    const { double, traffic, health } = world;
    world.begin();
    await eventually(() => traffic.accepted.length > 3 && traffic.delivered.length > 5, {
      withinMs: RECOVERY_MS,
    });

    await begin(double);
    await eventually(() => health.ready.at(-1)?.status === 503, { withinMs: RECOVERY_MS });
    const refused = traffic.count('webhook', 503);
    await eventually(() => traffic.count('webhook', 503) >= refused + 12, {
      withinMs: RECOVERY_MS,
    });

    await end(double);
    const recorded = traffic.recorded.length;
    await eventually(() => health.ready.at(-1)?.status === 200, { withinMs: RECOVERY_MS });
    await eventually(() => traffic.recorded.length > recorded + 20, { withinMs: RECOVERY_MS });
    await expectAllIsWell(world);
    expect(health.live.filter(({ status }) => status !== 200)).toEqual([]);
  },
  TEST_MS,
);

it.concurrent.each(hiccups)(
  'when $name, nothing is lost or doubled',
  async ({ name, happen }) => {
    const world = worldOf(name);
    const { double, traffic, health } = world;
    world.begin();
    for (let times = 0; times < 3; times++) {
      const accepted = traffic.accepted.length + 1;
      const delivered = traffic.delivered.length + 3;
      await eventually(
        () => traffic.accepted.length > accepted && traffic.delivered.length > delivered,
        { withinMs: RECOVERY_MS },
      );
      await happen(double);
    }
    await expectAllIsWell(world);
    expect(health.live.filter(({ status }) => status !== 200)).toEqual([]);
  },
  TEST_MS,
);

it(
  'keeps what Vonage answered while the ledger was away until it can be recorded',
  async () => {
    const double = await EventStoreDbDouble.start();
    const waybill = await startWaybill({
      config: { eventStore: { kind: 'eventstoredb', url: double.url } },
      sandbox: { timeScale: 0.1 },
      vonage: { timeoutMs: 10_000 },
    });
    const id = await waybill.send(recipient(SLOW_ACCEPTED));
    await eventually(() => typesIn(double).includes('AttemptStarted'));
    double.faults.silent = true;
    await eventually(() => waybill.sandbox.requests()[0]?.answer === '202');
    await eventually(() => waybill.log.says('An answer waits until the ledger can record it.'), {
      withinMs: RECOVERY_MS,
    });
    double.faults.silent = false;
    await eventually(() => typesIn(double).includes('AttemptAccepted'), { withinMs: RECOVERY_MS });
    await waybill.until(id, 'delivered', RECOVERY_MS);
    expect(typesIn(double)).not.toContain('AttemptOutcomeUnknown');
    await waybill.end();
    double.stop();
  },
  TEST_MS,
);

const typesIn = (double: EventStoreDbDouble): readonly string[] =>
  double.ledger.records.map(({ type }) => type);

function worldOf(name: string): OutageWorld {
  const world = worlds.get(name);
  if (world === undefined) throw new Error(`nothing was started for "${name}"`);
  return world;
}

async function expectAllIsWell({ waybill, traffic, health }: OutageWorld): Promise<void> {
  await traffic.stop();
  expectContractOfAnswers(traffic);
  for (const id of traffic.accepted) await waybill.until(id, 'delivered', RECOVERY_MS);
  await eventually(() => waybill.sandbox.isSettled(), { withinMs: RECOVERY_MS });

  // Each acknowledged webhook is in the ledger, once: ours, and those of the sandbox.
  const callbacks = waybill.sandbox.callbacks();
  expect(callbacks.filter(({ outcome }) => outcome !== 'delivered')).toEqual([]);
  const acknowledged = new Set([...traffic.recorded, ...callbacks.map(({ body }) => body)]);
  expect((await webhookBodies(waybill)).toSorted()).toEqual([...acknowledged].toSorted());

  // Each message was sent once, and none was sent that nobody had requested. An attempt whose start took the ledger too long
  // is not made, and the next one is.
  const sends = Object.entries(waybill.sandbox.sendsByClientRef());
  expect(sends.filter(([, times]) => times !== 1)).toEqual([]);
  const sent = sends.map(([clientRef]) => clientRef.slice(0, clientRef.indexOf('.')));
  expect(sent.toSorted()).toEqual([...traffic.accepted].toSorted());

  await expectReadModelsToFollow(waybill, traffic);
  await health.stop();
}

function expectContractOfAnswers({ answers }: OutageTraffic): void {
  const wrong = answers.filter(({ kind, status, retryAfter }) => {
    const isAnswered = status === (kind === 'webhook' ? 204 : 202);
    const isPutOff = status === 503 && Number(retryAfter) >= 1;
    return !(isAnswered || isPutOff);
  });
  expect(wrong).toEqual([]);
}

/** Returns the bodies of all webhooks that became events, as the ledger's export shows them: the store holds them encrypted. */
async function webhookBodies(waybill: Waybill): Promise<readonly string[]> {
  const { text } = await waybill.api.get('/v1/events');
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    const { metadata } = JSON.parse(line) as {
      readonly metadata: { readonly webhook?: { readonly rawBody: string } };
    };
    return metadata.webhook === undefined ? [] : [metadata.webhook.rawBody];
  });
}

async function expectReadModelsToFollow(waybill: Waybill, traffic: OutageTraffic): Promise<void> {
  const delivered = traffic.accepted.length + traffic.delivered.length;
  await eventually(
    async () => {
      const report = await waybill.api.get('/v1/reports/delivery');
      expect(report.as(200)).toMatchObject({
        rows: [
          {
            messages: delivered + 1,
            byStatus: { delivered: { messages: delivered }, submitted: { messages: 1 } },
          },
        ],
      });
      return true;
    },
    { withinMs: RECOVERY_MS },
  );
}
