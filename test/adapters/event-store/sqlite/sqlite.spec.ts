import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PagedEventFeed } from '../../../../src/adapters/event-store/paged-event-feed.js';
import { SqliteEventStore } from '../../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { eventFeedContract } from '../../../contracts/event-feed.contract.js';
import { eventStoreContract, type OpenedStore } from '../../../contracts/event-store.contract.js';

async function open(): Promise<OpenedStore> {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-ledger-'));
  const store = await SqliteEventStore.open(directory);
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(directory, { recursive: true });
  };
  return { store, feed: new PagedEventFeed(store), close };
}

eventStoreContract('SqliteEventStore', open);
eventFeedContract('the feed of SqliteEventStore', open);
