import { argumentsOf, json, runCommand, UsageError, type Print } from '../command.js';
import { toldBy } from '../told.js';
import { progressOn } from './progress.js';
import {
  openLedger,
  type EventStoreConfig,
} from '../../adapters/event-store/event-store.module.js';
import { BoundKeys } from '../../adapters/event-store/bound/bound-keys.js';
import { nameIn } from '../../adapters/event-store/bound/named-key-store.js';
import { OpeningEventFeed } from '../../adapters/event-store/sealed/opening-event-feed.js';
import { openKeyStore } from '../../adapters/key-store/open-key-store.js';
import { PagedEventFeed } from '../../adapters/event-store/paged-event-feed.js';
import { InProcessReader } from '../../adapters/event-store/sqlite/in-process-reader.js';
import { existingLedger } from '../../adapters/event-store/sqlite/ledger-file.js';
import { storedIdentity } from '../../adapters/event-store/sqlite/ledger-schema.js';
import { FollowingReader } from '../../adapters/event-store/sqlite/following-reader.js';
import { Catalog } from '../../adapters/read-model/copies/catalog.js';
import { openReadModelDatabase } from '../../adapters/read-model/copies/open-read-model-database.js';
import { ReadModelOriginTables } from '../../adapters/read-model/copies/read-model-origin.js';
import { rebuild, withAgendaBehindIndex } from '../../adapters/read-model/copies/rebuild.js';
import { placeTemporaryFiles } from '../../adapters/read-model/copies/sqlite/temporary-files.js';
import type { EventFeed } from '../../application/ports/event-feed.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';
import { isSameLedger, type ReadModelOrigin } from '../../application/ports/ledger-origin.js';
import {
  isProjectionName,
  projectionNames,
  type ProjectionName,
} from '../../application/ports/projection-store.js';
import { KEY_STORE_STREAM } from '../../application/streams.js';
import { keyRowsOf, parseConfig } from '../../config.js';

const USAGE = `Builds read models anew from the ledger, beside those in use, and then switches to them.
The service may run meanwhile.

  npm run rebuild -- [projection …] [--json]

  --json  prints what was rebuilt as one JSON document

Projections: ${projectionNames.join(', ')}. Without one, all of them.
The agenda is rebuilt with the message-index, so that it looks for stray reports again. Read models of another ledger are left alone.
Exit code: 0 rebuilt, 1 it could not be rebuilt, 2 wrong usage.
`;

async function rebuildProjections(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { json });
  const chosen = chosenFrom(positionals);
  const told = toldBy(print, values.json);
  const damaged: object[] = [];
  const rebuilt: object[] = [];
  const { eventStore, readModel, masterKeys } = parseConfig(process.env);
  placeTemporaryFiles(readModel);
  const ledger = await readLedger(eventStore);
  const keys = new BoundKeys(
    openKeyStore(keyRowsOf({ eventStore, readModel }), masterKeys),
    async (own) => nameIn(await ledger.keyStoreEvents(), own),
  );
  const feed = new OpeningEventFeed(ledger.feed, keys);
  const catalog = await Catalog.open(openReadModelDatabase(readModel), (part, reason) => {
    damaged.push({ part, reason });
    told.words(`The file of ${part} is damaged (${reason}); it is made anew.`);
  });
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stopping.abort(new Error('Stopped; the old copy stays in use.')));
  }
  try {
    await checkIsTheirs(ledger, new ReadModelOriginTables(catalog));
    for (const projection of chosen) {
      const head = Number((await ledger.feed.head()) ?? 0);
      const startedMs = performance.now();
      const progress = progressOn(process.stderr);
      const events = await rebuild(catalog, feed, projection, stopping.signal, ({ position }) =>
        progress.show(projection, Number(position), head),
      ).finally(() => progress.end());
      const seconds = (performance.now() - startedMs) / 1000;
      const rate = Math.round(events / Math.max(seconds, 0.001));
      rebuilt.push({ projection, events, seconds });
      told.words(
        `${projection}: rebuilt from ${events} events in ${seconds.toFixed(1)} s (${rate} events/s); it is in use.`,
      );
    }
    told.words('The new copies are in use.');
    told.facts({ projections: rebuilt, damaged });
    return 0;
  } finally {
    await catalog.close();
    await keys.close();
    await ledger.close();
  }
}

function chosenFrom(args: readonly string[]): readonly ProjectionName[] {
  const unknown = args.filter((word) => !isProjectionName(word));
  if (unknown.length > 0) throw new UsageError(`There is no projection ${unknown.join(', ')}.`);
  return args.length === 0 ? projectionNames : withAgendaBehindIndex(args.filter(isProjectionName));
}

/** Refuses another ledger than the read models were made from: a running service would show its messages. @throws Error */
async function checkIsTheirs(
  ledger: Pick<ReadableLedger, 'identity'>,
  readModels: Pick<ReadModelOrigin, 'ledgerIdentity'>,
): Promise<void> {
  const known = await readModels.ledgerIdentity();
  if (known === undefined || isSameLedger(known, await ledger.identity())) return;
  throw new Error(
    'The read models were made from another ledger than this one, so nothing was rebuilt. Look at EVENT_STORE, EVENTSTORE_URL and ' +
      'DATA_DIR, and at READ_MODEL and DATABASE_URL. If they are right, the ledger was restored or replaced: then the service ' +
      'makes its read models anew by itself when it starts.',
  );
}

interface ReadableLedger {
  readonly feed: EventFeed;
  /** Undefined where the ledger is empty, or of an earlier build. */
  identity(): Promise<string | undefined>;
  keyStoreEvents(): Promise<readonly RecordedEvent[]>;
  close(): void | Promise<void>;
}

/** The embedded ledger belongs to the service that writes it, so it is only read here. */
async function readLedger(config: EventStoreConfig): Promise<ReadableLedger> {
  if (config.kind === 'sqlite') {
    const ledger = new FollowingReader(config.directory);
    const streams = new InProcessReader(existingLedger(config.directory));
    return {
      feed: new PagedEventFeed(ledger),
      identity: async () => storedIdentity(existingLedger(config.directory)),
      keyStoreEvents: async () => streams.stream(KEY_STORE_STREAM),
      close: () => {
        streams.close();
        ledger.close();
      },
    };
  }
  const opened = await openLedger(config);
  const { store, feed } = opened;
  return {
    feed,
    identity: async () => (await opened.origin()).identity,
    keyStoreEvents: async () => (await store.read(KEY_STORE_STREAM)).events,
    close: () => store.close(),
  };
}

await runCommand(USAGE, rebuildProjections);
