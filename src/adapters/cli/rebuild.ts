import { existsSync } from 'node:fs';
import { PagedEventFeed } from '../event-store/paged-event-feed.js';
import { ReadOnlyLedger } from '../event-store/sqlite/read-only-ledger.js';
import { Catalog } from '../read-model/catalog.js';
import { PostgresReadModelDatabase } from '../read-model/postgres/postgres-read-model-database.js';
import { rebuild } from '../read-model/rebuild.js';
import { SqliteReadModelDatabase } from '../read-model/sqlite/sqlite-read-model-database.js';
import {
  isProjectionName,
  projectionNames,
  type ProjectionName,
} from '../../application/ports/projection-store.js';
import { parseConfig } from '../../config.js';
import { ProgressLine } from './progress-line.js';

const HELP = `Builds read models anew from the ledger, beside those in use, and then switches to them.
The service may run meanwhile.

  npm run rebuild -- [projection …]

Projections: ${projectionNames.join(', ')}. Without one, all of them.
`;

const words = process.argv.slice(2);

/** @throws Error that says what is wrong, for a person */
async function run(): Promise<void> {
  const unknown = words.filter((word) => !isProjectionName(word));
  if (unknown.length > 0) {
    throw new Error(
      `There is no projection ${unknown[0]}. There are ${projectionNames.join(', ')}.`,
    );
  }
  if (existsSync('.env')) process.loadEnvFile('.env');
  const { eventStore, readModel } = parseConfig(process.env);
  if (eventStore.kind !== 'sqlite') {
    throw new Error('Only a ledger in a SQLite file can be read beside the service.');
  }
  const chosen: readonly ProjectionName[] = words.filter(isProjectionName);
  const ledger = new ReadOnlyLedger(eventStore.directory);
  const database =
    readModel.kind === 'postgres'
      ? new PostgresReadModelDatabase(readModel.url)
      : new SqliteReadModelDatabase(readModel.directory ?? eventStore.directory);
  const catalog = await Catalog.open(database);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error('Stopped; the old copy stays in use.')));
  }
  try {
    for (const projection of chosen.length > 0 ? chosen : projectionNames) {
      const line = new ProgressLine(projection, ledger.head(), process.stdout);
      const feed = new PagedEventFeed(ledger);
      const events = await rebuild(catalog, feed, projection, stopping.signal, (progress) =>
        line.show(progress.eventsDone, Number(progress.position)),
      );
      line.end(events);
    }
  } finally {
    await catalog.close();
    ledger.close();
  }
}

if (words.includes('--help') || words.includes('-h')) {
  process.stdout.write(HELP);
} else {
  await run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
