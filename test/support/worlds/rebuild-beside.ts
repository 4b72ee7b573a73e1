import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { OpeningEventFeed } from '../../../src/adapters/event-store/sealed/opening-event-feed.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { FollowingReader } from '../../../src/adapters/event-store/sqlite/following-reader.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { openReadModelDatabase } from '../../../src/adapters/read-model/copies/open-read-model-database.js';
import { rebuild } from '../../../src/adapters/read-model/copies/rebuild.js';
import { projectionNames } from '../../../src/application/ports/projection-store.js';
import { keyRowsOf } from '../../../src/config.js';
import type { Waybill } from './waybill.js';

/** Builds all read models anew beside a service that runs, as `npm run rebuild` does. */
export async function rebuildBeside({ directory, config }: Waybill): Promise<void> {
  const { eventStore, readModel, masterKeys } = config;
  const source = new FollowingReader(directory);
  const keys = openKeyStore(keyRowsOf({ eventStore, readModel }), masterKeys);
  const feed = new OpeningEventFeed(new PagedEventFeed(source), keys);
  const catalog = await Catalog.open(openReadModelDatabase(readModel));
  try {
    for (const name of projectionNames) {
      await rebuild(catalog, feed, name, new AbortController().signal);
    }
  } finally {
    await catalog.close();
    await keys.close();
    source.close();
  }
}
