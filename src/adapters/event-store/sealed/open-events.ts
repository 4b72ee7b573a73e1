import type { RecordedEvent } from '../../../application/ports/event-store.js';
import type { PersonalKeys } from '../../../application/ports/personal-keys.js';
import { SealedEvent } from './sealed-event.js';

/**
 * Opens the personal fields of events, in their order: what follows a person's erasure is not opened with a key that is
 * still in the cache.
 * @throws StoreUnavailable
 */
export function openEvents(
  events: readonly RecordedEvent[],
  keys: PersonalKeys,
): readonly RecordedEvent[] | Promise<readonly RecordedEvent[]> {
  const ids = new Set<string>();
  for (const event of events) if (event instanceof SealedEvent) ids.add(event.keyId);
  if (ids.size === 0) return events;
  const fetching = keys.fetchKeys(ids);
  return fetching === undefined
    ? openInOrder(events, keys)
    : fetching.then(() => openInOrder(events, keys));
}

const openInOrder = (
  events: readonly RecordedEvent[],
  keys: PersonalKeys,
): readonly RecordedEvent[] =>
  events.map((event) =>
    event instanceof SealedEvent ? event.open(keys.knownKey(event.keyId)) : event,
  );
