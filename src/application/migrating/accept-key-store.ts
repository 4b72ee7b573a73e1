import { KEY_STORE_STREAM } from '../streams.js';
import type { KeyStoreBound } from '../../domain/keys/key-store-bound.js';
import { ApplicationError } from '../errors.js';
import { appendWithRetry } from '../append-with-retry.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { holdOnce } from '../sending/hold-marked-copy.js';
import { rootEvent } from '../ports/root-metadata.js';

/**
 * Names another key store in a ledger, because the one before is lost for good. Sending is held first: whoever had opted out is not
 * known any more.
 * @param fingerprint of the key store that takes the place
 * @returns false when the ledger names this key store already: then nothing is recorded
 * @throws ApplicationError `invalid-request` when the ledger names none
 * @throws ConcurrencyConflict when another instance writes meanwhile
 * @throws StoreUnavailable, AppendOutcomeUnknown
 */
export async function acceptKeyStore(
  store: EventStore,
  fingerprint: string,
  identifiers: Identifiers,
  clocks: Clocks,
): Promise<boolean> {
  const { events, revision } = await store.read(KEY_STORE_STREAM);
  const last = events.at(-1);
  if (last === undefined) {
    throw new ApplicationError(
      'invalid-request',
      'the ledger names no key store, so none of its own can be lost: it is empty, or was last used by a version that named none',
    );
  }
  if (
    last.damage === undefined &&
    last.event.type === 'KeyStoreBound' &&
    last.event.data.fingerprint === fingerprint
  ) {
    return false;
  }
  const reason =
    'the key store was lost, so nobody knows any more who had opted out: enter the opt-outs anew first';
  const holdId = identifiers.idOf('lost key store', fingerprint);
  await holdOnce(store, holdId, { cause: 'operator', reason }, clocks);
  const occurredAt = clocks.clock.now().toISOString();
  const event: KeyStoreBound = { type: 'KeyStoreBound', data: { fingerprint, occurredAt } };
  const recorded = rootEvent(identifiers.newId(), event, 'cli');
  await appendWithRetry(store, KEY_STORE_STREAM, [recorded], revision, clocks);
  return true;
}
