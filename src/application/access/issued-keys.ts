import { evolveKey, type IssuedKey } from '../../domain/keys/issued-key.js';
import type { KeyEvent } from '../../domain/keys/key-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, ExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { keyStream, KEYRING_STREAM } from '../streams.js';
import { rootMetadata } from '../ports/root-metadata.js';

export interface KeyAsOf {
  /** Undefined where no such key was made. */
  readonly key: IssuedKey | undefined;
  readonly revision: ExpectedRevision;
}

/** The API keys that the ledger knows. */
export class IssuedKeys {
  constructor(
    private readonly store: EventStore,
    private readonly surroundings: Clocks & { readonly identifiers: Identifiers },
  ) {}

  /** @throws StoreUnavailable; UndecodableEvent for a damaged stream, which may hold a revocation */
  async read(name: string): Promise<KeyAsOf> {
    const stored = await this.store.read(keyStream(name));
    let key: IssuedKey | undefined;
    for (const { event } of stored.events) key = evolveKey(key, event as KeyEvent);
    return { key, revision: stored.revision };
  }

  /** The names of all keys that were ever made, and perhaps of some that were not; oldest first. @throws StoreUnavailable */
  async names(): Promise<{
    readonly names: readonly string[];
    readonly revision: ExpectedRevision;
  }> {
    const stored = await this.store.read(KEYRING_STREAM);
    const names = stored.events.flatMap((recorded) =>
      recorded.damage === undefined && recorded.event.type === 'KeyRegistered'
        ? [recorded.event.data.name]
        : [],
    );
    return { names: [...new Set(names)], revision: stored.revision };
  }

  /** Resolves after the commit. @throws ConcurrencyConflict, StoreUnavailable, AppendOutcomeUnknown */
  async append(
    stream: string,
    event: KeyEvent,
    expected: ExpectedRevision,
    by: string | null,
  ): Promise<void> {
    const { clock, identifiers } = this.surroundings;
    const id = identifiers.newId();
    const metadata = rootMetadata(id, clock.now().toISOString(), 'api', by);
    const recorded = [{ id, event, metadata }];
    await appendWithRetry(this.store, stream, recorded, expected, this.surroundings);
  }
}
