import type { IssuedKey } from '../../domain/keys/issued-key.js';
import { ApplicationError, isTransient } from '../errors.js';
import { within } from '../pause.js';
import type { Cache } from '../ports/cache.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { IssuedKeys } from './issued-keys.js';

/** A revocation by another instance takes effect within this time. */
const FRESH_MS_MAX = 1_000;
/** While the ledger is unavailable, a known key stays valid for this long. */
const STALE_MS_MAX = 60_000;
/** The longest that a caller with a known key waits for a slow ledger. */
const WAIT_MS_MAX = 250;
/** Look-ups of unknown names each second: more would be an attack upon the ledger. */
const LOOK_UPS_PER_SECOND_MAX = 100;
/** The part of them for addresses that sent wrong keys: few, but a new key behind the same proxy still works. */
const SUSPECT_LOOK_UPS_PER_SECOND_MAX = 20;

export interface Known {
  readonly key: IssuedKey;
  readonly atMs: number;
}

/**
 * Caches the issued keys in use and reads each from the ledger at most once a second, only while it is used. So a key
 * works on each instance as soon as it is made, a revoked key is refused by each within a second, and an idle service
 * reads nothing.
 */
export class KnownKeys {
  private readonly reading = new Map<string, Promise<IssuedKey | undefined>>();
  private second = -1;
  private lookUps = { all: 0, suspect: 0 };

  constructor(
    private readonly keys: IssuedKeys,
    private readonly known: Cache<string, Known>,
    private readonly clock: MonotonicClock,
  ) {}

  /** The cached key; undefined when the ledger must be read. */
  recall(name: string): IssuedKey | undefined {
    const known = this.known.get(name);
    return known !== undefined && this.ageOf(known) < FRESH_MS_MAX ? known.key : undefined;
  }

  /**
   * @param isSuspect the caller's address has sent many wrong keys
   * @returns undefined where no such key was made, and where a suspect asks for too many unknown names
   * @throws ApplicationError `too-many-waiting` where too many unknown names are asked for
   * @throws StoreUnavailable, UndecodableEvent
   */
  async find(name: string, isSuspect: boolean): Promise<IssuedKey | undefined> {
    const known = this.known.get(name);
    if (known !== undefined && this.ageOf(known) < FRESH_MS_MAX) return known.key;
    if (known === undefined && !this.mayLookUp(isSuspect)) return undefined;
    const reading = this.read(name);
    if (known === undefined || this.ageOf(known) > STALE_MS_MAX) return reading;
    const patient = reading.catch((error: unknown) => {
      if (isTransient(error)) return known.key;
      throw error;
    });
    return within(this.clock, WAIT_MS_MAX, patient, known.key);
  }

  /** Remembers a key that this instance has just recorded, or read for another purpose. */
  learn(key: IssuedKey): void {
    this.known.set(key.name, { key, atMs: this.clock.elapsedMs() });
  }

  private ageOf({ atMs }: Known): number {
    return this.clock.elapsedMs() - atMs;
  }

  /** Concurrent callers share one read. */
  private read(name: string): Promise<IssuedKey | undefined> {
    const under = this.reading.get(name);
    if (under !== undefined) return under;
    const reading = this.ask(name).finally(() => this.reading.delete(name));
    this.reading.set(name, reading);
    // The caller may have stopped waiting; then nobody else handles the rejection.
    reading.catch(() => undefined);
    return reading;
  }

  private async ask(name: string): Promise<IssuedKey | undefined> {
    const askedMs = this.clock.elapsedMs();
    const { key } = await this.keys.read(name);
    const known = this.known.get(name);
    // Learned meanwhile, so it is newer than this answer, which may have been read before a revocation.
    if (known !== undefined && known.atMs >= askedMs) return known.key;
    // The age counts from the start of the read: a later event may be missing from the answer.
    if (key !== undefined) this.known.set(name, { key, atMs: askedMs });
    return key;
  }

  private mayLookUp(isSuspect: boolean): boolean {
    const second = Math.floor(this.clock.elapsedMs() / 1000);
    if (second !== this.second) this.lookUps = { all: 0, suspect: 0 };
    this.second = second;
    if (isSuspect && ++this.lookUps.suspect > SUSPECT_LOOK_UPS_PER_SECOND_MAX) return false;
    if (++this.lookUps.all <= LOOK_UPS_PER_SECOND_MAX) return true;
    throw new ApplicationError(
      'too-many-waiting',
      'too many API keys that are not known are asked for',
    );
  }
}
