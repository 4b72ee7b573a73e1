import { identityOnServer, type LedgerOrigin } from '../../application/ports/ledger-origin.js';
import { LEDGER_STREAMS } from '../../application/streams.js';

export interface FirstEvent {
  readonly id: string;
  /** The server's own time at which it was written, to the tick. */
  readonly written: string;
}

export interface FirstEvents {
  /** @throws StoreUnavailable, or the reason of `signal` */
  firstEvent(prefixes: readonly string[], signal: AbortSignal): Promise<FirstEvent | undefined>;
}

/**
 * The first event identifies a ledger on a server: every restored copy has it. A copy on another server has it too, but written at
 * another time; its positions are others, so it is another ledger to all that has remembered one. Followers may stand behind the newest
 * event, at records of the server's own, so the newest events cannot be compared.
 * @throws StoreUnavailable, or the reason of `signal`
 */
export async function originByFirstEvent(
  feed: FirstEvents,
  signal = new AbortController().signal,
): Promise<LedgerOrigin> {
  const first = await feed.firstEvent(LEDGER_STREAMS, signal);
  const identity = first && identityOnServer(first.id, first.written);
  return { identity, copiedAt: undefined, end: undefined, isDurable: true };
}
