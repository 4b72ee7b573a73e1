import { setTimeout as delay } from 'node:timers/promises';
import type { IssuedKey } from '../../domain/keys/issued-key.js';
import { ApplicationError, isTransient } from '../errors.js';
import type { Cache } from '../ports/cache.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { IssuedKeys } from './issued-keys.js';

/** A revocation by another instance is heeded after this time at the latest. */
const FRESH_MS_MAX = 1_000;
/** While the ledger is away, a key that was known goes on being known for so long. */
const STALE_MS_MAX = 60_000;
/** A caller with a known key waits no longer for a ledger that is slow to answer. */
const WAIT_MS_MAX = 250;
/** Names that nobody has seen yet: more a second would be an attack upon the ledger. */
const LOOK_UPS_PER_SECOND_MAX = 100;
/** Of these for addresses that sent wrong keys: few, but a new key behind the same proxy comes through. */
const SUSPECT_LOOK_UPS_PER_SECOND_MAX = 20;

interface Known {
  readonly key: IssuedKey;
  readonly atMs: number;
}

/**
 * The issued keys in use, asked of the ledger once a second each and only while they are used. So a key works on each
 * instance as soon as it is made and is refused by each within a second of its revocation, and an idle service asks
 * nothing.
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

  /** The key as it is remembered; undefined where the ledger has to be asked. */
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
    return Promise.race([patient, delay(WAIT_MS_MAX, known.key, { ref: false })]);
  }

  /** What this instance has just recorded, or read for another purpose. */
  learn(key: IssuedKey): void {
    this.known.set(key.name, { key, atMs: this.clock.elapsedMs() });
  }

  private ageOf({ atMs }: Known): number {
    return this.clock.elapsedMs() - atMs;
  }

  /** Those who ask at the same time share one read. */
  private read(name: string): Promise<IssuedKey | undefined> {
    const under = this.reading.get(name);
    if (under !== undefined) return under;
    const reading = this.ask(name).finally(() => this.reading.delete(name));
    this.reading.set(name, reading);
    // Somebody who stopped waiting does not hear of a failure.
    reading.catch(() => undefined);
    return reading;
  }

  private async ask(name: string): Promise<IssuedKey | undefined> {
    const askedMs = this.clock.elapsedMs();
    const { key } = await this.keys.read(name);
    // Dated by the question: what was recorded since may not be in the answer.
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
