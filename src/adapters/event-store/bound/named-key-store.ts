import { ConcurrencyConflict } from '../../../application/errors.js';
import type { Clock } from '../../../application/ports/clock.js';
import type { EventStore, RecordedEvent } from '../../../application/ports/event-store.js';
import type { Identifiers } from '../../../application/ports/identifiers.js';
import { KEY_STORE_STREAM } from '../../../application/streams.js';
import type { KeyStoreBound } from '../../../domain/keys/key-store-bound.js';
import type { NamedKeyStore } from './bound-keys.js';
import { rootEvent } from '../../../application/ports/root-metadata.js';

/** Records the key store in a ledger that names none. Of instances that do it at once, the first one wins. */
export const nameInLedger =
  (store: EventStore, clock: Clock, identifiers: Identifiers): NamedKeyStore =>
  async (own) => {
    const { events } = await store.read(KEY_STORE_STREAM);
    if (events.length > 0) return nameIn(events, own);
    const id = identifiers.newId();
    const occurredAt = clock.now().toISOString();
    const event: KeyStoreBound = {
      type: 'KeyStoreBound',
      data: { fingerprint: own, occurredAt },
    };
    try {
      await store.append(KEY_STORE_STREAM, [rootEvent(id, event, 'agenda')], 'no-stream');
      return own;
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
      return nameIn((await store.read(KEY_STORE_STREAM)).events, own);
    }
  };

/** The fingerprint that the last event of `KEY_STORE_STREAM` tells; undefined when there is none. */
export function nameIn(events: readonly RecordedEvent[], own: string): string | undefined {
  const last = events.at(-1);
  if (last === undefined) return undefined;
  // One damaged event must not stop all others; the check of the ledger reports it.
  if (last.damage !== undefined) return own;
  return (last.event as KeyStoreBound).data.fingerprint;
}
