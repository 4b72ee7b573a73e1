import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { PagedEventFeed } from '../../src/adapters/event-store/paged-event-feed.js';
import { ReadOnlyLedger } from '../../src/adapters/event-store/sqlite/read-only-ledger.js';
import { Catalog } from '../../src/adapters/read-model/catalog.js';
import { keyAt } from '../../src/adapters/read-model/message-key.js';
import { DeliveryTotalsTables } from '../../src/adapters/read-model/queries/delivery-totals-tables.js';
import { MessageSearchTables } from '../../src/adapters/read-model/queries/message-search-tables.js';
import { rebuild } from '../../src/adapters/read-model/rebuild.js';
import { SqliteReadModelDatabase } from '../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import type { ReportDimension } from '../../src/application/ports/delivery-totals.js';
import type { MessageFilter } from '../../src/application/ports/message-search.js';
import { projectionNames } from '../../src/application/ports/projection-store.js';
import { generateLedger } from './generate-ledger.js';
import { FIRST_AT_MS } from './generate-messages.js';
import { seededRandom } from './random.js';

const HELP = `Measures the read side on SQLite.

  npm run bench:read -- [--messages 1000000] [--seed 1] [--directory <kept between runs>]
`;

const REPETITIONS = 40;
const HOUR_MS = 3_600_000;
const DAYS = 90;

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    directory: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(messages: number, seed: number): Promise<void> {
  const directory = values.directory ?? mkdtempSync(join(tmpdir(), 'waybill-bench-read-'));
  say(`${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}, seed ${seed}`);
  if (!existsSync(join(directory, 'ledger.sqlite'))) {
    const startedMs = performance.now();
    const events = generateLedger(directory, seed, messages);
    say(`generated ${events} events of ${messages} messages in ${secondsSince(startedMs)} s`);
  }
  const ledger = new ReadOnlyLedger(directory);
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  await measureRebuild(ledger, catalog);
  await measureReports(catalog);
  await measureSearches(catalog, seededRandom(seed));
  sizes(directory);
  say(`peak memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB`);
  await catalog.close();
  ledger.close();
  if (values.directory === undefined) rmSync(directory, { recursive: true });
}

const secondsSince = (startedMs: number): string =>
  ((performance.now() - startedMs) / 1000).toFixed(1);

async function measureRebuild(ledger: ReadOnlyLedger, catalog: Catalog): Promise<void> {
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
}

const groupings: readonly (readonly ReportDimension[])[] = [
  [],
  ['country'],
  ['country', 'networkCode'],
  ['from', 'channel'],
  ['errorCode'],
  ['day'],
  ['day', 'country'],
  ['country', 'networkCode', 'from', 'channel', 'errorCode'],
  ['hour'],
  ['hour', 'country'],
];

async function measureReports(catalog: Catalog): Promise<void> {
  const totals = new DeliveryTotalsTables(catalog);
  const firstHour = FIRST_AT_MS / HOUR_MS;
  const lastHour = firstHour + DAYS * 24 - 1;
  for (const groupBy of groupings) {
    const hourly = groupBy.includes('hour');
    // Beginning and ending inside a day and a month, which is the most work.
    const range = hourly
      ? { first: firstHour + 31, last: firstHour + 31 + (groupBy.length > 1 ? 7 : 31) * 24 }
      : { first: firstHour + 5, last: lastHour - 7 };
    let rows = 0;
    const name = `report ${groupBy.join(', ') || '(all)'} over ${Math.round((range.last - range.first) / 24)} days`;
    await measure(name, async () => {
      rows = (await totals.totals(groupBy, range)).totals.length;
    });
    say(`  ${rows} rows`);
  }
  const { copy } = await catalog.copyOf('messages');
  const startedMs = performance.now();
  const raw = await sql`
    SELECT country, status, count(*), sum(segments_requested), sum(amount)
    FROM messages JOIN facets USING (facet_id) GROUP BY country, status`.execute(copy.db);
  say(`the same by country from raw rows (${raw.rows.length} rows): ${secondsSince(startedMs)} s`);
}

const searches: readonly MessageFilter[] = [
  {},
  { status: 'delivered' },
  { status: 'undeliverable' },
  { country: 'GH' },
  { errorCode: '1420', channel: 'whatsapp' },
  { status: 'rejected', country: 'DK', from: 'Alerts' },
  { contradicted: true },
  { contradicted: true, country: 'IE', channel: 'whatsapp' },
  { to: '447700900001' },
  { reference: 'order-77' },
  { from: 'Taxi', status: 'unconfirmed' },
];

async function measureSearches(catalog: Catalog, random: () => number): Promise<void> {
  const search = new MessageSearchTables(catalog);
  for (const filter of searches) {
    for (const rowsMax of [50, 500]) {
      const name = `search ${JSON.stringify(filter)}, page of ${rowsMax} at any depth`;
      await measure(name, async () => {
        const after = keyAt(FIRST_AT_MS + Math.floor(random() * DAYS * 24 * HOUR_MS));
        await search.search(filter, after, rowsMax);
      });
    }
  }
}

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  await work();
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  times.sort((left, right) => left - right);
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  say(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}

function sizes(directory: string): void {
  for (const name of readdirSync(directory).toSorted()) {
    const mebibytes = statSync(join(directory, name)).size / 1024 ** 2;
    if (mebibytes >= 1) say(`${name}: ${Math.round(mebibytes)} MiB`);
  }
}

if (values.help) say(HELP);
else await run(Number(values.messages), Number(values.seed));
