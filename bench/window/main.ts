import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '../../testing/browser.js';
import { generateLedger } from '../../testing/generated-messages/generate-ledger.js';
import {
  CAMPAIGN_REFERENCE,
  FIRST_AT_MS,
  PROBE_NUMBER,
  PROBE_REFERENCE,
} from '../../testing/generated-messages/generate-messages.js';
import { writeMessages, type ExistingMessage } from '../ingest/existing-messages.js';
import { signedRequest, type StatusBody } from '../ingest/signed-webhooks.js';
import { offer } from '../fixed-rate/offer.js';
import { stop, waitUntil } from '../support/process.js';
import { ProcessorUse } from '../support/processor-use.js';
import { lagOf, startService, untilSigned, type MeasuredService } from '../support/service.js';

const HELP = `Measures the window on a large ledger: the requests that its views make, and how soon a change shows.

  npm run bench:window -- [--messages N] [--changes N] [--seconds N] [--directory FOLDER]

  --messages   messages in the ledger (1000000)
  --changes    status changes a second while a page is watched (1000)
  --seconds    for which each page is watched (20)
  --directory  keeps the ledger there, and uses the one that is there already
`;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    changes: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
    directory: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const READY_MS_MAX = 120_000;
const BUILT_MS_MAX = 900_000;
const REPETITIONS = 40;
/** Promised for each request of overview and search, at the 95th percentile. */
const ANSWER_MS_MAX = 100;
const SHOWN_MS_MAX = 1_000;
/** A request holds its connection until it is answered. Too few connections would lower the rate. */
const CONNECTIONS = 256;
const DAY_MS = 86_400_000;
/** The last hour of the generated traffic. */
const LAST_AT_MS = FIRST_AT_MS + 90 * DAY_MS;
const CATCH_UP_MS_MAX = 30_000;
const PROBE_EVERY_MS = 1_500;
/** A view that asks nothing new for this long has asked all. */
const SETTLED_MS = 600;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** By nearest rank, of sorted numbers. */
const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;

const spread = (times: readonly number[]): string => {
  const sorted = times.toSorted((left, right) => left - right);
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => Math.round(percentile(sorted, share)));
  return `p50 ${p50} ms, p99 ${p99} ms, max ${max} ms of ${times.length}`;
};

async function run(): Promise<void> {
  const directory = values.directory ?? mkdtempSync(join(tmpdir(), 'waybill-bench-window-'));
  const messages = Number(values.messages);
  const perSecond = Number(values.changes);
  const changes = perSecond * Number(values.seconds);
  say(`${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`);
  try {
    const startedMs = performance.now();
    const isThere = existsSync(join(directory, 'ledger.sqlite'));
    const events = isThere ? 'the' : generateLedger(directory, 1, messages);
    // Each is reported submitted, then delivered; two pages are watched, and some are probes.
    const probes = Math.ceil((Number(values.seconds) * 1000) / PROBE_EVERY_MS) + 5;
    const existing = await writeMessages({ kind: 'sqlite', directory }, changes + probes);
    const writtenMs = performance.now() - startedMs;
    say(`${events} events of ${messages} messages in ${seconds(writtenMs)} s`);
    const service = await startService(directory, READY_MS_MAX);
    try {
      const { url } = service;
      const builtMs = await waitUntil('read models are built', () => isBuilt(url), BUILT_MS_MAX);
      say(`read models were built ${seconds(builtMs)} s after the start`);
      say(`the log was ready to sign ${seconds(await untilSigned(url))} s later`);
      const browser = await startBrowser();
      try {
        await measureRequests(browser, service);
        await watchOverview(browser, service, {
          existing: existing.slice(0, changes / 2),
          perSecond,
        });
        await watchMessage(browser, service, {
          existing: existing.slice(changes / 2, changes),
          probes: existing.slice(changes),
          perSecond,
        });
      } finally {
        await browser.close();
      }
    } finally {
      await stop(service.child);
    }
  } finally {
    if (values.directory === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

/** The lag is not known before the first event is projected, so the messages are counted too. */
async function isBuilt(url: string): Promise<boolean> {
  const [{ behindEvents }, counted] = await Promise.all([lagOf(url), messagesCounted(url)]);
  return behindEvents === 0 && counted >= Number(values.messages);
}

async function messagesCounted(url: string): Promise<number> {
  const report = (await (await fetch(`${url}/v1/reports/delivery`)).json()) as {
    readonly rows?: readonly { readonly messages: number }[];
  };
  return report.rows?.[0]?.messages ?? 0;
}

/** The addresses of which a person opens some, and what each is for. */
const views = {
  'overview, 24 h': '/overview',
  'overview, 30 d': '/overview?period=30',
  'overview, 90 d, one country': '/overview?period=90&country=GB',
  'find, the newest': '/',
  'find, a number': `/?q=%2B${PROBE_NUMBER}`,
  'find, last digits': `/?q=${PROBE_NUMBER.slice(-9)}`,
  'find, a reference': `/?q=${PROBE_REFERENCE}`,
  'find, a frequent reference': `/?q=${CAMPAIGN_REFERENCE}`,
  'find, not arrived': '/?status=rejected,undeliverable,failed,expired&country=GB',
  'find, a reason': '/?errorCode=1310',
  'find, in doubt': '/?status=unconfirmed,unknown',
} as const;

/** Opens each view, and repeats the requests that it made, in the time of the generated traffic. */
async function measureRequests(browser: Browser, { url }: MeasuredService): Promise<void> {
  say('the slowest request of each view, and the time until its page shows what was asked:');
  for (const [name, path] of Object.entries(views)) {
    const page = await browser.newPage();
    const asked = new Set<string>();
    page.on('request', (request) => {
      if (request.method() === 'GET' && request.url().startsWith(`${url}/v1/`)) {
        if (!request.url().includes('/v1/stream')) asked.add(request.url());
      }
    });
    const startedMs = performance.now();
    await page.goto(`${url}${path}`);
    await page.locator('h1').first().waitFor();
    // `waitForFunction` would evaluate a string, which the page's Content-Security-Policy refuses.
    await page.locator('.skel').first().waitFor({ state: 'detached' });
    const shownMs = performance.now() - startedMs;
    for (let before = -1; before !== asked.size; await delay(SETTLED_MS)) before = asked.size;
    await page.close();
    const measured = await Promise.all([...asked].map((one) => measureRequest(inTraffic(one))));
    const [slowest] = measured.toSorted((left, right) => right.p95Ms - left.p95Ms);
    if (slowest === undefined) throw new Error(`${name} asks nothing`);
    const verdict = slowest.p95Ms < ANSWER_MS_MAX ? 'under' : 'NOT under';
    say(
      `  ${name}: p50 ${slowest.p50Ms.toFixed(1)} ms, p95 ${slowest.p95Ms.toFixed(1)} ms, ${verdict} ${ANSWER_MS_MAX} ms; ` +
        `page ${Math.round(shownMs)} ms, ${asked.size} requests (${slowest.path})`,
    );
  }
}

/** Moves a request's times to the end of the generated traffic. */
function inTraffic(asked: string): string {
  const address = new URL(asked);
  const until = address.searchParams.get('until');
  const since = address.searchParams.get('since');
  if (since === null) return asked;
  const end = until === null ? Date.now() : Date.parse(until);
  address.searchParams.set('since', new Date(LAST_AT_MS - (end - Date.parse(since))).toISOString());
  if (until !== null) address.searchParams.set('until', new Date(LAST_AT_MS).toISOString());
  return address.href;
}

interface Measured {
  readonly path: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

let turn: Promise<unknown> = Promise.resolve();

/** One at a time: a request must not wait for another one of this benchmark. */
function measureRequest(asked: string): Promise<Measured> {
  const measured = turn.then(async () => {
    const times: number[] = [];
    for (let round = 0; round < REPETITIONS + 2; round++) {
      const startedMs = performance.now();
      const response = await fetch(asked);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${asked} was answered ${response.status}`);
      // The first ones fill caches.
      if (round >= 2) times.push(performance.now() - startedMs);
    }
    times.sort((left, right) => left - right);
    const { pathname, search } = new URL(asked);
    return {
      path: `${pathname}${search}`.slice(0, 90),
      p50Ms: percentile(times, 0.5),
      p95Ms: percentile(times, 0.95),
    };
  });
  turn = measured;
  return measured;
}

interface Watch {
  readonly existing: readonly ExistingMessage[];
  readonly perSecond: number;
}

/** Posts two reports about each message, at a steady rate. */
async function postChanges(service: MeasuredService, { existing, perSecond }: Watch) {
  const bodies = existing.flatMap(({ id, messageUuid }) =>
    (['submitted', 'delivered'] as const).map((status) => ({
      messageUuid,
      status,
      clientRef: `${id}.1`,
    })),
  );
  const order = { port: service.port, connections: CONNECTIONS, perSecond, bodies };
  const use = new ProcessorUse(service.child.pid ?? 0);
  const offered = await offer(order, () => use.begin());
  const { p50Ms, p99Ms } = offered;
  say(
    `  ${bodies.length} changes, ${offered.offeredPerSecond} a second, answered ${JSON.stringify(offered.answers)} ` +
      `within p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
  );
  say(`  ${use.words(offered.cpuSeconds)}`);
  return {
    deliveredAt: offered.answeredAtMs
      .filter((_, index) => bodies[index]?.status === 'delivered')
      .toSorted((left, right) => left - right),
  };
}

/** Counts what the page draws, and samples its memory. */
class Drawing {
  private readonly heaps: number[] = [];

  private constructor(
    private readonly page: Page,
    private readonly startedMs: number,
    private readonly sampler: NodeJS.Timeout,
  ) {}

  /** A commit of React changes the page in one go, of which its observer is told once. */
  static async begin(page: Page): Promise<Drawing> {
    await page.evaluate(`
      window.drawn = 0;
      new MutationObserver(() => (window.drawn += 1)).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
    `);
    const session = await page.context().newCDPSession(page);
    const look = async (): Promise<void> => {
      await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      drawing.heaps.push(usedSize / 2 ** 20);
    };
    const sampler = setInterval(() => void look().catch(() => undefined), 4_000);
    const drawing = new Drawing(page, performance.now(), sampler);
    await look();
    return drawing;
  }

  async end(): Promise<void> {
    clearInterval(this.sampler);
    const drawn = await this.page.evaluate<number>('window.drawn');
    const perSecond = drawn / ((performance.now() - this.startedMs) / 1000);
    const heaps = this.heaps.map((heap) => heap.toFixed(1)).join(', ');
    say(`  ${perSecond.toFixed(1)} renders a second; memory of the page ${heaps} MiB`);
  }
}

/** How long after its answer each delivery is counted in the overview. */
async function watchOverview(
  browser: Browser,
  service: MeasuredService,
  watch: Watch,
): Promise<void> {
  say('overview:');
  const page = await browser.newPage();
  await page.goto(`${service.url}/overview`);
  const figure = '.kpis a:first-child .d';
  await page.locator(figure).waitFor();
  await delay(1_000);
  await page.evaluate(`
    window.shown = [];
    const told = () => {
      const count = Number(/^[\\d,]+/.exec(document.querySelector('${figure}')?.textContent ?? '')?.[0].replaceAll(',', ''));
      if (window.shown.at(-1)?.count !== count) window.shown.push({ at: Date.now(), count });
    };
    told();
    new MutationObserver(told).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  const drawing = await Drawing.begin(page);
  const { deliveredAt } = await postChanges(service, watch);
  const lastMs = performance.now();
  type Shown = { readonly at: number; readonly count: number };
  const shownUntilNow = () => page.evaluate<readonly Shown[]>('window.shown');
  const base = (await shownUntilNow())[0]?.count ?? 0;
  while ((await shownUntilNow()).at(-1)?.count !== base + deliveredAt.length) {
    if (performance.now() - lastMs > CATCH_UP_MS_MAX) throw new Error('the overview lacks changes');
    await delay(50);
  }
  const shown = await shownUntilNow();
  await drawing.end();
  await page.close();
  const delays: number[] = [];
  let at = 0;
  for (const [index, answeredAt] of deliveredAt.entries()) {
    while ((shown[at]?.count ?? Number.POSITIVE_INFINITY) < base + index + 1) at++;
    delays.push(Math.max(0, (shown[at]?.at ?? 0) - answeredAt));
  }
  sayDelays('a change is counted after', delays);
}

const sayDelays = (name: string, delays: readonly number[]): void => {
  const worst = Math.max(...delays);
  say(
    `  ${name} ${spread(delays)}, ${worst < SHOWN_MS_MAX ? 'under' : 'NOT under'} ${SHOWN_MS_MAX} ms`,
  );
};

/** How long after the answer to its report an open message shows its new status, while others change. */
async function watchMessage(
  browser: Browser,
  service: MeasuredService,
  { probes, ...watch }: Watch & { readonly probes: readonly ExistingMessage[] },
): Promise<void> {
  say('message:');
  const page = await browser.newPage();
  await page.goto(`${service.url}/messages/${probes[0]?.id}`);
  await page.locator('h1').waitFor();
  const drawing = await Drawing.begin(page);
  const delays: number[] = [];
  let isOver = false;
  const load = postChanges(service, watch).finally(() => (isOver = true));
  // The same page goes from message to message, as a person with J and K.
  for (const { id, messageUuid } of probes) {
    if (isOver) break;
    await page.evaluate(`history.pushState(null, '', '/messages/${id}')`);
    await page.locator('h1').filter({ hasNotText: 'has the message' }).waitFor();
    const shown = page.evaluate<number>(`new Promise((resolve) => {
      const look = () => {
        if (document.querySelector('h1')?.textContent.includes('has the message')) resolve(Date.now());
      };
      look();
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    })`);
    const report: StatusBody = { messageUuid, status: 'delivered', clientRef: `${id}.1` };
    const answeredAt = await postOne(service, report);
    delays.push(Math.max(0, (await shown) - answeredAt));
    await delay(PROBE_EVERY_MS);
  }
  await load;
  await drawing.end();
  await page.close();
  sayDelays('its change shows after', delays);
}

/** @returns the time of the answer, milliseconds since 1970 */
async function postOne({ url }: MeasuredService, report: StatusBody): Promise<number> {
  const [head = '', body = ''] = signedRequest(report).toString().split('\r\n\r\n');
  const authorization = /^Authorization: (.*)$/m.exec(head)?.[1] ?? '';
  const response = await fetch(`${url}/webhooks/status`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', authorization },
    body,
  });
  if (response.status !== 204) throw new Error(`a report was answered ${response.status}`);
  return Date.now();
}

if (values.help) say(HELP);
else await run();
