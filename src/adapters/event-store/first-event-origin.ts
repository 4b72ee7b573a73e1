import type { EventFeed } from '../../application/ports/event-feed.js';
import type { LedgerOrigin } from '../../application/ports/ledger-origin.js';
import { LEDGER_STREAMS } from '../../application/streams.js';

/**
 * A ledger on a server is known by its first event, which no restored copy of it lacks. Followers may stand behind
 * the newest event, at records of the server's own, so they cannot be compared with it.
 * @throws StoreUnavailable
 */
export async function originByFirstEvent(feed: Pick<EventFeed, 'readAll'>): Promise<LedgerOrigin> {
  const reading = new AbortController();
  const options = { prefixes: LEDGER_STREAMS, batchEventsMax: 1, signal: reading.signal };
  let identity: string | undefined;
  for await (const { events } of feed.readAll(options)) {
    identity = events[0]?.id;
    if (identity !== undefined) break;
  }
  return { identity, copiedAt: undefined, end: undefined, isDurable: true };
}
