import type { ReadsPersonal } from '../../../application/ports/event-feed.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import type { PersonalKeys } from '../../../application/ports/personal-keys.js';
import { SealedEvent } from './sealed-event.js';

/**
 * Opens the personal fields of events, in their order: what follows a person's erasure is not opened with a key that is
 * still in the cache.
 * @param readsPersonal the events to open; the others stay closed
 * @throws StoreUnavailable
 */
export function openEvents(
  events: readonly RecordedEvent[],
  keys: PersonalKeys,
  readsPersonal: ReadsPersonal = everywhere,
): readonly RecordedEvent[] | Promise<readonly RecordedEvent[]> {
  const ids = new Set<string>();
  const chosen = events.map((event) => {
    if (!(event instanceof SealedEvent)) return event;
    if (!readsPersonal(event)) return event.closed();
    ids.add(event.keyId);
    return event;
  });
  if (ids.size === 0) return chosen;
  const fetching = keys.fetchKeys(ids);
  return fetching === undefined
    ? openInOrder(chosen, keys)
    : fetching.then(() => openInOrder(chosen, keys));
}

const everywhere: ReadsPersonal = () => true;

const openInOrder = (
  events: readonly RecordedEvent[],
  keys: PersonalKeys,
): readonly RecordedEvent[] =>
  events.map((event) =>
    event instanceof SealedEvent ? event.open(keys.knownKey(event.keyId)) : event,
  );
