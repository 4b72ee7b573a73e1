import type { Month } from '../../domain/retention.js';
import type { EventFeed, ReadsPersonal } from '../ports/event-feed.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { KeyStore } from '../ports/key-store.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import {
  CONTACT_STREAMS,
  contactStream,
  LEDGER_STREAMS,
  personStream,
  RETENTION_STREAM,
} from '../streams.js';
import { markIn } from './destroy-again.js';
import { keptFromBy, passesIn } from './expire-personal-data.js';

export interface LedgerWithKeys {
  readonly store: Pick<EventStore, 'read'>;
  readonly feed: Pick<EventFeed, 'readAll'>;
  readonly keys: Pick<PersonalKeys, 'erasuresSeen' | 'hasErased'>;
  readonly contacts: Pick<KeyStore, 'findContactId'>;
}

/** The evidence that the key store is older than the ledger. */
export interface LostKeys {
  /** Time of the first event behind the place that the key store remembers, ISO 8601 UTC. */
  readonly since: string;
  /** Id of the first event whose key or contact is missing. Each search finds the same. */
  readonly event: string;
}

/** The ledger itself cannot be read, so nothing is known of its keys. */
export class LedgerUnreadable extends Error {
  override readonly name = 'LedgerUnreadable';
}

/**
 * Finds out whether the key store is an older copy than the ledger: behind the place in the ledger that the key store remembers,
 * a key is missing although nobody destroyed it, or a contact is unknown.
 * @param ledger identity of the ledger
 * @param onPage is told of each page that was read
 * @returns undefined where nothing is missing, the key store remembers no place in this ledger, or `signal` aborted
 * @throws StoreUnavailable, LedgerUnreadable
 */
export async function findLostKeys(
  ledgerWithKeys: LedgerWithKeys,
  ledger: string | undefined,
  signal: AbortSignal,
  onPage: () => void,
): Promise<LostKeys | undefined> {
  const { feed, keys } = ledgerWithKeys;
  const mark = markIn(await keys.erasuresSeen());
  if (mark?.position === undefined || mark.ledger !== ledger) return undefined;
  const options = { prefixes: LEDGER_STREAMS, after: mark.position, signal };
  const { events: retention } = await ledgerWithKeys.store.read(RETENTION_STREAM);
  // Keys of earlier months were destroyed by age.
  const keptFrom = keptFromBy(passesIn(retention)) ?? '';
  let since: string | undefined;
  try {
    for await (const { events } of feed.readAll({ ...options, readsPersonal: isFirst })) {
      onPage();
      for (const event of events) {
        if (event.damage !== undefined) continue;
        since ??= event.metadata.recordedAt;
        if (await isLost(event, keptFrom, ledgerWithKeys)) return { since, event: event.id };
      }
    }
  } catch (error) {
    // Reading also fetches keys, so either store may have failed.
    const isWhole = await canRead(feed.readAll({ ...options, readsPersonal: () => false }));
    throw isWhole ? error : new LedgerUnreadable('the ledger cannot be read', { cause: error });
  }
  return undefined;
}

async function isLost(
  event: RecordedEvent,
  keptFrom: Month,
  { store, keys, contacts }: LedgerWithKeys,
): Promise<boolean> {
  const { stream, person, metadata } = event;
  if (event.isErased === true) {
    if (person === undefined || metadata.recordedAt < keptFrom) return false;
    if ((await store.read(personStream(person))).revision !== 'no-stream') return false;
    // An erasure may have been cut off between the key store and the ledger.
    return !(await keys.hasErased(person));
  }
  if (event.revision !== 0n || !stream.startsWith(CONTACT_STREAMS)) return false;
  const number = numberIn(event);
  if (number === undefined) return false;
  const id = await contacts.findContactId(number);
  return id === undefined || contactStream(id) !== stream;
}

const numberIn = ({ event }: RecordedEvent): string | undefined => {
  const { number } = event.data as { readonly number?: unknown };
  return typeof number === 'string' ? number : undefined;
};

async function canRead(pages: AsyncIterable<unknown>): Promise<boolean> {
  try {
    for await (const page of pages) void page;
    return true;
  } catch {
    return false;
  }
}

/** A person becomes known by the first event of a stream, and the others cost more time to open. */
const isFirst: ReadsPersonal = ({ revision }) => revision === 0n;
