import type { SendingHeld } from '../../domain/sending/sending-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { LedgerOrigin } from '../ports/ledger-origin.js';
import { SENDING_STREAM } from '../streams.js';
import { rootEvent } from '../ports/root-metadata.js';

/** The reason of a hold for a restored copy. */
const restoredBecause = (proof: string): string =>
  `the ledger is a restored copy (${proof}), so what waits in it may have been sent already, and a person who was erased since then may be in it again`;

/**
 * Holds sending in a ledger that a backup marked as its copy: once, and not again at each start after its release.
 * @returns true when the hold was recorded now
 * @throws ConcurrencyConflict when another instance writes meanwhile
 * @throws StoreUnavailable, AppendOutcomeUnknown
 */
export async function holdMarkedCopy(
  store: EventStore,
  { identity, copiedAt }: LedgerOrigin,
  identifiers: Identifiers,
  clocks: Clocks,
): Promise<boolean> {
  if (identity === undefined || copiedAt === undefined) return false;
  const id = identifiers.idOf('restored copy', identity);
  return holdRestoredOnce(store, id, `it is a backup of ${copiedAt}`, clocks);
}

/** Returns the id of the hold of a ledger that lacks signed events: the same whoever finds it. @param log its origin and size */
export const signedHoldId = (identifiers: Identifiers, log: readonly string[]): string =>
  identifiers.idOf('transparency log', ...log);

/**
 * Holds sending in a restored copy, unless the hold of this id is in the ledger already.
 * @param id always the same for the same proof
 * @returns true when the hold was recorded now
 * @throws ConcurrencyConflict when another instance writes meanwhile
 * @throws StoreUnavailable, AppendOutcomeUnknown
 */
export async function holdRestoredOnce(
  store: EventStore,
  id: string,
  proof: string,
  clocks: Clocks,
): Promise<boolean> {
  return holdOnce(store, id, { cause: 'restored-copy', reason: restoredBecause(proof) }, clocks);
}

/**
 * Holds sending because the ledger is in doubt, unless the hold of this id is in the ledger already.
 * @param id always the same for the same proof
 * @returns true when the hold was recorded now
 * @throws ConcurrencyConflict when another instance writes meanwhile
 * @throws StoreUnavailable, AppendOutcomeUnknown
 */
export async function holdOnce(
  store: EventStore,
  id: string,
  hold: Pick<SendingHeld['data'], 'cause' | 'reason'>,
  clocks: Clocks,
): Promise<boolean> {
  const { events, revision } = await store.read(SENDING_STREAM);
  if (events.some((recorded) => recorded.id === id)) return false;
  const occurredAt = clocks.clock.now().toISOString();
  const event: SendingHeld = {
    type: 'SendingHeld',
    data: { ...hold, by: null, occurredAt },
  };
  await appendWithRetry(store, SENDING_STREAM, [rootEvent(id, event, 'cli')], revision, clocks);
  return true;
}
