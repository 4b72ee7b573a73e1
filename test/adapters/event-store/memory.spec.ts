import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { eventFeedContract } from '../../contracts/event-feed.contract.js';
import { eventStoreContract, type OpenedStore } from '../../contracts/event-store.contract.js';

async function open(): Promise<OpenedStore> {
  const store = new MemoryEventStore();
  return { store, feed: new PagedEventFeed(store), close: () => store.close() };
}

eventStoreContract('MemoryEventStore', open);
eventFeedContract('the feed of MemoryEventStore', open);
