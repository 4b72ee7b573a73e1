import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { Tally } from '../service/tally.js';
import { ApiRequests } from './api-requests.js';
import { Choice } from './choice.js';
import { Client } from './client.js';
import { asCurl, type FuzzRequest } from './fuzz-request.js';
import { createFuzzWorld, type FuzzWorld } from './fuzz-world.js';
import { faultOf } from './judge.js';
import { operationsOf, type OpenApiDocument } from './operations.js';
import { WebhookRequests } from './webhook-requests.js';

const CONNECTIONS = 32;
const WEBHOOK_SHARE = 0.4;
/** A process says after each so many requests how far it is. */
const SAY_REQUESTS = 20_000;

const HEALTH_POLL_MS = 250;

/** The time limit for the read models to show everything after the last request. */
const SETTLE_MS_MAX = 120_000;
const SETTLE_POLL_MS = 200;

/** A broken service answers every request wrongly; this many findings suffice to see why. */
const FINDINGS_MAX = 50;

export interface FuzzOptions {
  /** The compiled `main.js`. */
  readonly entry: string;
  /** Of all processes together. */
  readonly requests: number;
  /** Seeds the requests: with the same seed, the same numbers are the same requests, whoever sends them. */
  readonly seed: number;
  /** The numbers of this process: `first`, `first + step`, and so on. */
  readonly first: number;
  readonly step: number;
}

export interface FuzzResult {
  /** Each finding with the request that led to it, where one did. */
  readonly findings: readonly string[];
  readonly answers: Readonly<Record<string, number>>;
  readonly requestsPerSecond: number;
}

/** Sends every route requests that nobody would send on purpose, and checks that the service stays correct. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { entry, requests, seed, first, step } = options;
  const world = await createFuzzWorld(entry, seed);
  const client = new Client(world.service.url, CONNECTIONS);
  // A long run tells at once what it finds, and may be broken off.
  const tally = new Tally((finding) => process.stderr.write(`${finding}\n`));
  const sent = new AbortController();
  const watching = watchHealth(world, tally, sent.signal);
  try {
    const make = await requestMaker(world, seed);
    const startedMs = performance.now();
    let next = first;
    const sendOneAfterAnother = async (): Promise<void> => {
      while (next < requests && tally.findings.length < FINDINGS_MAX && world.service.isRunning) {
        const number = next;
        next += step;
        await sendOne(make(number), client, tally);
        const sentHere = (number - first) / step + 1;
        if (sentHere % SAY_REQUESTS === 0) {
          const minutes = Math.round((performance.now() - startedMs) / 60_000);
          process.stderr.write(`process ${first}: ${sentHere} requests after ${minutes} min\n`);
        }
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, sendOneAfterAnother));
    const seconds = (performance.now() - startedMs) / 1000;
    await checkAfterwards(world, tally);
    return {
      findings: tally.findings,
      answers: tally.answersByStatus,
      requestsPerSecond: Math.round((next - first) / step / seconds),
    };
  } finally {
    sent.abort();
    await watching;
    client.end();
    await world.end();
  }
}

type MakeRequest = (number: number) => FuzzRequest;

async function requestMaker(world: FuzzWorld, seed: number): Promise<MakeRequest> {
  const response = await fetch(`${world.service.url}/openapi.json`);
  const described = operationsOf((await response.json()) as OpenApiDocument);
  const operations = described.filter(({ route }) => !route.startsWith('/webhooks/'));
  const api = new ApiRequests(operations, world.known);
  const webhooks = new WebhookRequests(world.credentials, world.about);
  return (number) => {
    const choice = new Choice(seed, number);
    return choice.happens(WEBHOOK_SHARE) ? webhooks.make(number, choice) : api.make(number, choice);
  };
}

async function sendOne(request: FuzzRequest, client: Client, tally: Tally): Promise<void> {
  try {
    const answer = await client.send(request);
    tally.note(request.route, answer.status);
    const fault = faultOf(request, answer);
    if (fault !== null) tally.find(`${fault}\n    ${asCurl(request)}`);
  } catch (error) {
    tally.note(request.route, 0);
    tally.find(`no answer (${String(error)})\n    ${asCurl(request)}`);
  }
  if (request.route === '/v1/sending/hold') await client.send(release);
}

/** Releases sending, so that messages go on to Vonage after a hold that was accepted. */
const release: FuzzRequest = {
  number: -1,
  route: '/v1/sending/release',
  method: 'POST',
  target: '/v1/sending/release',
  headers: { 'Content-Type': 'application/json' },
  body: Buffer.from('{"reason":"The fuzzer goes on."}'),
  genuine: false,
};

async function watchHealth(world: FuzzWorld, tally: Tally, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && world.service.isRunning) {
    const fault = await readinessFault(world);
    if (fault !== null && tally.findings.length < FINDINGS_MAX) tally.find(fault);
    await delay(HEALTH_POLL_MS);
  }
}

const readinessFault = (world: FuzzWorld): Promise<string | null> =>
  fetch(`${world.service.url}/health/ready`).then(
    async (response) => {
      const text = await response.text();
      return response.status === 200 ? null : `/health/ready: ${response.status} ${text}`;
    },
    (error: Error) => `/health/ready was not answered: ${inspect(error.cause ?? error)}`,
  );

/** All paths that read models answer, each also without a filter. */
const readPaths = [
  '/v1/messages?limit=500',
  '/v1/inbound?limit=500',
  '/v1/quarantine?limit=500',
  '/v1/reports/delivery',
  '/v1/reports/delivery?groupBy=country,networkCode,from,channel,errorCode',
  '/v1/reports/confidence',
  '/v1/sending',
  '/v1/events',
  '/metrics',
];

async function checkAfterwards(world: FuzzWorld, tally: Tally): Promise<void> {
  const { service } = world;
  if (!service.isRunning) {
    tally.find(`the process ended: ${service.lastWords}`);
    return;
  }
  await untilProjected(service.url, tally);
  const parked = await fetch(`${service.url}/v1/parked-events`);
  const { items } = (await parked.json()) as { readonly items: readonly unknown[] };
  for (const item of items.slice(0, FINDINGS_MAX)) tally.find(`parked: ${JSON.stringify(item)}`);
  for (const path of readPaths) {
    const response = await fetch(`${service.url}${path}`);
    const text = await response.text();
    if (response.status !== 200) tally.find(`${path}: ${response.status} ${text.slice(0, 300)}`);
  }
  const fault = await readinessFault(world);
  if (fault !== null) tally.find(`at the end ${fault}`);
}

/** Waits for the read models: only then is it known if all events could be projected. */
async function untilProjected(url: string, tally: Tally): Promise<void> {
  const deadlineMs = performance.now() + SETTLE_MS_MAX;
  for (;;) {
    const response = await fetch(`${url}/v1/messages?limit=1`);
    const { asOf } = (await response.json()) as {
      readonly asOf?: { readonly behindEvents: number };
    };
    if (asOf?.behindEvents === 0) return;
    if (performance.now() > deadlineMs) {
      tally.find(`the read models did not catch up: ${JSON.stringify(asOf)}`);
      return;
    }
    await delay(SETTLE_POLL_MS);
  }
}
