import { setPriority } from 'node:os';
import type { SandboxCredentials } from 'vonage-sandbox';
import { asStarted } from '../../testing/as-started.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { operationsOf, type OpenApiDocument } from '../fuzz/operations.js';
import { ServiceWorld } from '../service/service-world.js';
import { Tally } from '../service/tally.js';
import { claimsFor, signWebhook } from '../support/facts/webhook-token.js';
import { Target } from './attack.js';
import type { Bounds } from './bounds.js';
import { crowds } from './crowds.js';
import { fill } from './fill.js';
import { LivenessWatch } from './liveness-watch.js';
import { MemoryWatch } from './memory-watch.js';
import { worstBodies, type WorstBody } from './worst-bodies.js';

/** Of the same body on the same route, at the same time. */
const SENDERS = 2;

/** So that the generator does not take the processors from the service that it measures. */
const GENERATOR_NICENESS = 10;

const VONAGE_TIMEOUT_MS = 2_000;

export interface AbuseOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  readonly seed: number;
  readonly bounds: Bounds;
  /** Is told what each attack did. */
  readonly report: (line: string) => void;
}

export interface AbuseResult {
  readonly findings: readonly string[];
  readonly answers: Readonly<Record<string, number>>;
}

interface Attack {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Sends the worst that we can think of, while a second client asks all the time whether the service lives. */
export async function abuse({ entry, seed, bounds, report }: AbuseOptions): Promise<AbuseResult> {
  const world = await ServiceWorld.create({
    entry,
    vonageTimeoutMs: VONAGE_TIMEOUT_MS,
    ...asStarted,
    sandbox: { seed },
  });
  const { service } = world;
  const tally = new Tally();
  try {
    service.spawn();
    await service.untilReady();
    const liveness = await LivenessWatch.begin(service.url, service.pid);
    setPriority(GENERATOR_NICENESS);
    const target = new Target(service.url, signerWith(world.credentials), tally);
    await fill(target);
    const memory = new MemoryWatch(service.pid);
    try {
      for (const { name, run } of await attacksOn(target, seed)) {
        memory.forgetPeak();
        const live = await bounds.fairTry(run, liveness);
        for (const failure of live.failures) tally.find(`${name}: GET /health/live: ${failure}`);
        for (const fault of bounds.faultsOf(live, memory.growthMiB))
          tally.find(`${name}: ${fault}`);
        report(
          `${name}: /health/live ${Math.round(live.slowestMs)} ms, of its own doing ${Math.round(live.slowestOwnMs)} ms; +${Math.round(memory.growthMiB)} MiB`,
        );
      }
    } finally {
      memory.end();
      liveness.end();
    }
    await checkReady(service.url, tally);
  } catch (error) {
    if (service.isRunning) throw error;
    tally.find(`the process ended: ${service.lastWords}`);
  } finally {
    await world.end();
  }
  return { findings: tally.findings, answers: tally.answersByStatus };
}

const signerWith =
  ({ apiKey, applicationId, signatureSecret }: SandboxCredentials) =>
  (body: Buffer): string =>
    signWebhook(
      { ...claimsFor(body, Date.now()), api_key: apiKey, application_id: applicationId },
      undefined,
      signatureSecret,
    );

async function attacksOn(target: Target, seed: number): Promise<readonly Attack[]> {
  const response = await fetch(`${target.url}/openapi.json`);
  const routes = operationsOf((await response.json()) as OpenApiDocument)
    .filter(({ method }) => method === 'POST')
    .map(({ route }) => route.replaceAll(/\{\w+\}/g, 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab'));
  const bodies = worstBodies(seededRandom(seed)).map((body) => ({
    name: body.name,
    run: () => sendToAll(target, routes, body),
  }));
  return [...bodies, ...crowds.map(({ name, run }) => ({ name, run: () => run(target) }))];
}

async function sendToAll(
  target: Target,
  routes: readonly string[],
  { bytes, headers }: WorstBody,
): Promise<void> {
  for (const route of routes) {
    const signed = route.startsWith('/webhooks/')
      ? { Authorization: `Bearer ${target.sign(bytes)}` }
      : {};
    await Promise.all(
      Array.from({ length: SENDERS }, () => target.post(route, bytes, { ...headers, ...signed })),
    );
  }
}

async function checkReady(url: string, tally: Tally): Promise<void> {
  const response = await fetch(`${url}/health/ready`);
  if (response.status !== 200) {
    tally.find(`at the end /health/ready: ${response.status} ${await response.text()}`);
  }
}
