import type { RecordedEvent } from '../../application/ports/event-store.js';
import type { LedgerOrigin } from '../../application/ports/ledger-origin.js';
import { LEDGER_STREAMS } from '../../application/streams.js';

export interface FirstEvents {
  /** @throws StoreUnavailable, or the reason of `signal` */
  firstEvent(prefixes: readonly string[], signal: AbortSignal): Promise<RecordedEvent | undefined>;
}

/**
 * The first event identifies a ledger on a server: every restored copy has it. Followers may stand behind the newest
 * event, at records of the server's own, so the newest events cannot be compared.
 * @throws StoreUnavailable, or the reason of `signal`
 */
export async function originByFirstEvent(
  feed: FirstEvents,
  signal = new AbortController().signal,
): Promise<LedgerOrigin> {
  const first = await feed.firstEvent(LEDGER_STREAMS, signal);
  return { identity: first?.id, copiedAt: undefined, end: undefined, isDurable: true };
}
