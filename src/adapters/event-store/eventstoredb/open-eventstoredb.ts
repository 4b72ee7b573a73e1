import type { EventStore } from '../../../application/ports/event-store.js';
import type { StoredEvents } from '../../../application/ports/stored-events.js';
import { Connections } from './connections.js';
import { EventStoreDbEventFeed } from './eventstoredb-event-feed.js';
import { EventStoreDbEventStore, TIME_LIMITS } from './eventstoredb-event-store.js';

export interface EventStoreDbLedger {
  readonly store: EventStore;
  readonly feed: EventStoreDbEventFeed;
  readonly stored: StoredEvents;
}

/**
 * Opens a ledger in EventStoreDB or KurrentDB. It connects on first use, so it can be opened while the server is
 * down. Closing the store ends the feed too.
 *
 * @param url a connection string: `esdb://host:2113`, `esdb://a:2113,b:2113,c:2113` or `esdb+discover://name:2113`,
 *   with `?tls=false` where there is no TLS
 * @param limits how long callers wait; a server that answers late makes an append's outcome unknown
 * @throws RangeError when the connection string cannot be used
 */
export function openEventStoreDb(url: string, limits = TIME_LIMITS): EventStoreDbLedger {
  const connections = new Connections(url);
  const feed = new EventStoreDbEventFeed(connections);
  return { store: new EventStoreDbEventStore(connections, limits), feed, stored: feed.stored };
}
