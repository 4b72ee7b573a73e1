import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { FollowingReader } from '../../src/adapters/event-store/sqlite/following-reader.js';
import { Catalog } from '../../src/adapters/read-model/copies/catalog.js';
import { keyAt } from '../../src/adapters/read-model/messages/message-key.js';
import { SqlDeliveryTotals } from '../../src/adapters/read-model/delivery-report/sql-delivery-totals.js';
import { progressOf } from '../../src/adapters/read-model/copies/progress.js';
import { SqlMessageSearch } from '../../src/adapters/read-model/messages/sql-message-search.js';
import { rebuild } from '../../src/adapters/read-model/copies/rebuild.js';
import { SqliteReadModelDatabase } from '../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import {
  TooManyGroups,
  type ReportDimension,
} from '../../src/application/ports/delivery-totals.js';
import { projectionNames } from '../../src/application/ports/projection-store.js';
import { HOURLY_REPORT_DAYS_MAX } from '../../src/application/reporting/delivery-report.js';
import { LIST_LIMIT_MAX } from '../../src/application/reporting/message-list.js';
import { allGroupings } from '../../testing/generated-messages/all-groupings.js';
import { generateLedger } from '../../testing/generated-messages/generate-ledger.js';
import { GeneratedFeed } from '../../testing/generated-messages/generated-feed.js';
import { FIRST_AT_MS } from '../../testing/generated-messages/generate-messages.js';
import { hardSearches } from '../../testing/generated-messages/hard-searches.js';
import { seededRandom } from '../../testing/seeded-random.js';

const HELP = `Measures the read side on SQLite.

  npm run bench:read -- [--messages 1000000] [--seed 1] [--directory <kept between runs>] [--without-ledger]

  --without-ledger  fills the message list and the reports straight from the generated events and measures
                    no rebuild: a ledger of ten million messages takes 42 GB. A directory that holds them
                    already is measured as it is, so that a second run shows the memory of reading alone.
`;

const REPETITIONS = 40;
const SLOWEST_SHOWN = 10;
/** The promised limits for each report and each page, at the 95th percentile. */
const REPORT_MS_MAX = 50;
const PAGE_MS_MAX = 30;
const HOUR_MS = 3_600_000;
const DAYS = 90;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    directory: { type: 'string' },
    'without-ledger': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(messages: number, seed: number): Promise<void> {
  const directory = values.directory ?? mkdtempSync(join(tmpdir(), 'waybill-bench-read-'));
  say(`${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}, seed ${seed}`);
  if (values['without-ledger']) await fill(directory, seed, messages);
  else await measureRebuilds(directory, seed, messages);
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  await withReads(() => measureReports(catalog));
  sayPeak('with the reports');
  await withReads(() => measureSearches(catalog, seededRandom(seed)));
  sayPeak('with the searches');
  await measureRawRows(catalog);
  sizes(directory);
  await catalog.close();
  if (values.directory === undefined) rmSync(directory, { recursive: true });
}

const secondsSince = (startedMs: number): string =>
  ((performance.now() - startedMs) / 1000).toFixed(1);

/** The peak never falls, so an earlier step can hide a later one: generate in a run of its own. */
const sayPeak = (when: string): void =>
  say(`peak memory ${when}: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);

/** Reports disk reads: where the system does not cache the file in memory, the times are the disk's. */
async function withReads(work: () => Promise<void>): Promise<void> {
  const before = process.resourceUsage().fsRead;
  await work();
  const blocks = process.resourceUsage().fsRead - before;
  say(`read from the disk meanwhile: ${Math.round((blocks * 512) / 1024 ** 2)} MiB`);
}

async function fill(directory: string, seed: number, messages: number): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  const { copy } = await catalog.copyOf('messages');
  if ((await progressOf(copy)) === undefined) {
    const startedMs = performance.now();
    const feed = new GeneratedFeed(seed, messages);
    const events = await rebuild(catalog, feed, 'messages', new AbortController().signal);
    say(`filled from ${events} events of ${messages} messages in ${secondsSince(startedMs)} s`);
  }
  await catalog.close();
  sayPeak('before anything is measured');
}

async function measureRebuilds(directory: string, seed: number, messages: number): Promise<void> {
  if (!existsSync(join(directory, 'ledger.sqlite'))) {
    const startedMs = performance.now();
    const events = generateLedger(directory, seed, messages);
    say(`generated ${events} events of ${messages} messages in ${secondsSince(startedMs)} s`);
  }
  const ledger = new FollowingReader(directory);
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  sayPeak('before anything is measured');
  const feed = new PagedEventFeed(ledger);
  for (const projection of projectionNames) {
    const startedMs = performance.now();
    const cpuBefore = process.cpuUsage();
    const events = await rebuild(catalog, feed, projection, new AbortController().signal);
    const seconds = (performance.now() - startedMs) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuSeconds = (user + system) / 1e6;
    say(
      `rebuild ${projection}: ${events} events in ${seconds.toFixed(1)} s, ` +
        `${Math.round(events / seconds)} events/s (${Math.round(events / cpuSeconds)} per second of CPU)`,
    );
  }
  await catalog.close();
  ledger.close();
  sayPeak('with the rebuilds');
}

const shownGroupings: readonly (readonly ReportDimension[])[] = [
  [],
  ['country'],
  ['country', 'networkCode'],
  ['day'],
  ['country', 'networkCode', 'from', 'channel', 'errorCode'],
  ['hour'],
];

async function measureReports(catalog: Catalog): Promise<void> {
  const totals = new SqlDeliveryTotals(catalog);
  const firstHour = FIRST_AT_MS / HOUR_MS;
  const report = async (groupBy: readonly ReportDimension[]): Promise<string> => {
    // The longest range allowed, beginning and ending inside a day and a month: the most work for a report.
    const hours = groupBy.includes('hour') ? HOURLY_REPORT_DAYS_MAX * 24 : DAYS * 24 - 12;
    const range = { first: firstHour + 5, last: firstHour + 5 + hours - 1 };
    try {
      return `${(await totals.totals(groupBy, range)).totals.length} rows`;
    } catch (error) {
      if (error instanceof TooManyGroups) return 'refused: too many rows';
      throw error;
    }
  };
  for (const groupBy of shownGroupings) {
    const name = `report ${groupBy.join(', ') || '(all)'}`;
    const { p50Ms, p95Ms, last } = await measure(REPETITIONS, () => report(groupBy));
    say(`${name}: p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, ${last}`);
  }
  const slowest = new Slowest(REPORT_MS_MAX);
  for (const groupBy of allGroupings) {
    const { p95Ms, last } = await measure(REPETITIONS, () => report(groupBy));
    slowest.add(`${groupBy.join(', ') || '(all)'} (${last})`, p95Ms);
  }
  slowest.say(`${allGroupings.length} sets of groups`);
}

/** Measures a report without roll-ups. It comes last, because sorting the rows takes memory. */
async function measureRawRows(catalog: Catalog): Promise<void> {
  const { copy } = await catalog.copyOf('messages');
  const startedMs = performance.now();
  const raw = await sql`
    SELECT country, status, count(*), sum(segments_requested), sum(amount)
    FROM messages JOIN facets USING (facet_id) GROUP BY country, status`.execute(copy.db);
  say(`a report by country from raw rows (${raw.rows.length} rows): ${secondsSince(startedMs)} s`);
}

async function measureSearches(catalog: Catalog, random: () => number): Promise<void> {
  const search = new SqlMessageSearch(catalog);
  const slowest = new Slowest(PAGE_MS_MAX);
  for (const filter of hardSearches()) {
    for (const rowsMax of [50, LIST_LIMIT_MAX]) {
      const { p95Ms, last } = await measure(REPETITIONS, async () => {
        const { rows } = await search.search(filter, depthOf(random), rowsMax);
        return rows.length;
      });
      slowest.add(`${JSON.stringify(filter)}, page of ${rowsMax} (last one ${last})`, p95Ms);
    }
  }
  slowest.say('searches at any depth');
}

/** Draws the first page, one of the last, or one in between. */
function depthOf(random: () => number): number | undefined {
  const chance = random();
  if (chance < 0.1) return undefined;
  const depth = chance < 0.2 ? random() * 0.01 : random();
  return keyAt(FIRST_AT_MS + Math.floor(depth * DAYS * 24 * HOUR_MS));
}

interface Measured<Result> {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly last: Result;
}

async function measure<Result>(
  repetitions: number,
  work: () => Promise<Result>,
): Promise<Measured<Result>> {
  let last = await work();
  const times: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const startedMs = performance.now();
    last = await work();
    times.push(performance.now() - startedMs);
  }
  times.sort((left, right) => left - right);
  // Percentiles by nearest rank.
  const at = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), last };
}

/** Reports the slowest of many measurements, and those that broke a promise. */
class Slowest {
  private readonly all: { readonly name: string; readonly p95Ms: number }[] = [];

  constructor(private readonly promisedMs: number) {}

  add(name: string, p95Ms: number): void {
    this.all.push({ name, p95Ms });
  }

  say(title: string): void {
    const sorted = this.all.toSorted((left, right) => right.p95Ms - left.p95Ms);
    const broken = sorted.filter(({ p95Ms }) => p95Ms >= this.promisedMs).length;
    say(`${title}: ${broken} of ${sorted.length} have a p95 of ${this.promisedMs} ms or more`);
    for (const { name, p95Ms } of sorted.slice(0, Math.max(SLOWEST_SHOWN, broken))) {
      say(`  p95 ${p95Ms.toFixed(1)} ms: ${name}`);
    }
  }
}

function sizes(directory: string): void {
  for (const name of readdirSync(directory).toSorted()) {
    const mebibytes = statSync(join(directory, name)).size / 1024 ** 2;
    if (mebibytes >= 1) say(`${name}: ${Math.round(mebibytes)} MiB`);
  }
}

if (values.help) say(HELP);
else await run(Number(values.messages), Number(values.seed));
