import type { EventFeed, ReadsPersonal } from '../ports/event-feed.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import { LEDGER_STREAMS, personStream, RETENTION_STREAM } from '../streams.js';
import { markIn } from './destroy-again.js';

export interface LedgerWithKeys {
  readonly store: Pick<EventStore, 'read'>;
  readonly feed: Pick<EventFeed, 'readAll'>;
  readonly keys: Pick<PersonalKeys, 'erasuresSeen'>;
}

/** What was recorded with keys that the key store lacks. */
export interface LostKeys {
  /** Time of the first event of them, ISO 8601 UTC. */
  readonly since: string;
  /** Ids of the first and the last event: the same at each look. */
  readonly events: readonly [first: string, last: string];
}

/**
 * Finds events whose key is missing although their person was not erased and their month is kept: the key store is an older copy
 * than the ledger. Reads from the place in the ledger that the key store remembers.
 * @param ledger identity of the ledger
 * @returns undefined where no key is missing, or the key store remembers no place in this ledger
 * @throws StoreUnavailable
 */
export async function findLostKeys(
  { store, feed, keys }: LedgerWithKeys,
  ledger: string | undefined,
  signal: AbortSignal,
): Promise<LostKeys | undefined> {
  const mark = markIn(await keys.erasuresSeen());
  if (mark?.position === undefined || mark.ledger !== ledger) return undefined;
  const keptFrom = await firstMonthKept(store);
  const erased = new Map<string, boolean>();
  const isLost = async ({ isErased, person, metadata }: RecordedEvent): Promise<boolean> => {
    if (isErased !== true || person === undefined || metadata.recordedAt < keptFrom) return false;
    let wasErased = erased.get(person);
    if (wasErased === undefined) {
      wasErased = (await store.read(personStream(person))).revision !== 'no-stream';
      erased.set(person, wasErased);
    }
    return !wasErased;
  };
  let lost: LostKeys | undefined;
  const options = {
    prefixes: LEDGER_STREAMS,
    after: mark.position,
    signal,
    readsPersonal: isFirst,
  };
  for await (const { events } of feed.readAll(options)) {
    for (const event of events) {
      if (event.damage !== undefined || !(await isLost(event))) continue;
      lost = {
        since: lost?.since ?? event.metadata.recordedAt,
        events: [lost?.events[0] ?? event.id, event.id],
      };
    }
  }
  return lost;
}

/** A person becomes known by the first event of a stream, and the others cost more time to open. */
const isFirst: ReadsPersonal = ({ revision }) => revision === 0n;

/** Keys of earlier months were destroyed by age. */
async function firstMonthKept(store: Pick<EventStore, 'read'>): Promise<string> {
  const last = (await store.read(RETENTION_STREAM)).events.at(-1);
  if (last?.damage !== undefined || last?.event.type !== 'PersonalDataExpired') return '';
  return last.event.data.keptFrom;
}
