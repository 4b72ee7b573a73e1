import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ErasedPerson, Person, PersonalKey } from '../../application/ports/personal-keys.js';
import type { FoundKey, KeyPlace, KeyTable, WantedKey } from './key-table.js';
import type { MasterKeys } from './master-keys.js';

const KEY_BYTES = 32;
/** Random bytes of a person's id. */
const PERSON_BYTES = 16;
/** Keys in the cache, about 700 bytes each: those of the largest batch of events, and as many for what else goes on meanwhile. */
export const KEYS_MAX = 20_000;
/** Persons in the cache, about 200 bytes each. */
const PERSONS_MAX = 10_000;

interface Asked {
  readonly wanted: WantedKey;
  readonly resolve: (found: FoundKey) => void;
  readonly reject: (reason: unknown) => void;
}

type Owner = Pick<WantedKey, 'hash' | 'person' | 'mayReturn'>;

const mayReturn = (person: Person | undefined): boolean =>
  person !== undefined && 'number' in person && person.mayReturn;

export const keyIdOf = ({ person, month }: KeyPlace): string => `${person}.${month}`;

/** Undefined for an id under which nothing is ever stored: that of an erased person. */
function placeOf(id: string): KeyPlace | undefined {
  const dot = id.lastIndexOf('.');
  const month = Number(id.slice(dot + 1));
  return dot === -1 || !Number.isInteger(month) ? undefined : { person: id.slice(0, dot), month };
}

/** Limits a cache to this many entries. With `max` the package would take the memory of a full cache at the start. */
export const entries = (max: number) => ({ maxSize: max, sizeCalculation: () => 1 });

/** The keys of persons in memory. All that are wanted in one turn of the event loop are asked for together. */
export class PersonalKeyCache {
  private readonly keys: LRUCache<string, KeyObject>;
  private readonly persons: LRUCache<string, string>;
  private asked: Asked[] = [];
  /** Numbers or ids of persons who are being erased: the keys in the cache may be destroyed already. */
  private readonly leaving = new Set<string>();

  /**
   * @param cachedMsMax time after which a key is asked for again; 0: never, because nobody else destroys keys
   * @param othersErase true: another instance may have erased a person of whom this one has a key
   */
  constructor(
    private readonly table: KeyTable,
    private readonly master: () => MasterKeys,
    private readonly hashOf: (number: string) => Buffer | Promise<Buffer>,
    cachedMsMax: number,
    private readonly othersErase: boolean,
  ) {
    // The package would start a timer a millisecond to keep the time, which costs more than to ask the clock.
    const age = { ttl: cachedMsMax, ttlResolution: 0 };
    // A key that was fetched stays while its events are opened, although its time may end meanwhile.
    this.keys = new LRUCache({ ...entries(KEYS_MAX), ...age, noDeleteOnStaleGet: true });
    this.persons = new LRUCache({ ...entries(PERSONS_MAX), ...age });
  }

  sealingKey(
    person: Person | undefined,
    at: string,
  ): PersonalKey | Promise<PersonalKey | ErasedPerson> {
    const month = Number(at.slice(0, 4) + at.slice(5, 7));
    const knownId = this.knownIdOf(person, at);
    // A cached key may be destroyed already, and new texts of the person would be unreadable with it.
    const mustLast = mayReturn(person) && (this.othersErase || this.isLeaving(person, knownId));
    if (knownId !== undefined && !mustLast) {
      const id = keyIdOf({ person: knownId, month });
      const key = this.keys.get(id);
      if (key !== undefined) return { id, key };
    }
    return this.askedKey(person, knownId, month);
  }

  private async askedKey(
    person: Person | undefined,
    knownId: string | undefined,
    month: number,
  ): Promise<PersonalKey | ErasedPerson> {
    const owner = await this.ownerOf(person, knownId);
    const found = await this.findOrMake(owner, month);
    // Erased between two questions.
    if (found.wrapped === null && owner.mayReturn) return this.askedKey(person, undefined, month);
    if (found.wrapped === null) return { erased: found.person };
    const id = keyIdOf({ person: found.person, month });
    const key = createSecretKey(this.master().unwrap(found.wrapped, id));
    this.keys.set(id, key);
    if (person !== undefined && 'number' in person) this.persons.set(person.number, found.person);
    return { id, key };
  }

  fetch(ids: ReadonlySet<string>): Promise<void> | undefined {
    const missing: KeyPlace[] = [];
    for (const id of ids) {
      // Those that are known count as used now, or the missing ones would take their places before the events are opened.
      if (this.keys.get(id) !== undefined) continue;
      const place = placeOf(id);
      if (place !== undefined) missing.push(place);
    }
    return missing.length === 0 ? undefined : this.fetchMissing(missing);
  }

  known(id: string): KeyObject | undefined {
    return this.keys.get(id, { allowStale: true });
  }

  /**
   * Runs an erasure, which takes seconds where somebody reads the keys. What is recorded meanwhile gets no key from the cache, or
   * nobody could ever read it.
   * @param whom the number or the id
   */
  async whileLeaving<Result>(whom: string, erase: () => Promise<Result>): Promise<Result> {
    this.leaving.add(whom);
    try {
      return await erase();
    } finally {
      this.leaving.delete(whom);
      this.persons.delete(whom);
    }
  }

  drop(person: string): void {
    for (const id of this.keys.keys()) if (id.startsWith(`${person}.`)) this.keys.delete(id);
    for (const [number, id] of this.persons.entries()) {
      if (id === person) this.persons.delete(number);
    }
  }

  dropAll(): void {
    this.keys.clear();
  }

  private async fetchMissing(places: readonly KeyPlace[]): Promise<void> {
    const destroyed = new Set(places.map(keyIdOf));
    for (const row of await this.table.keys(places)) {
      const id = keyIdOf(row);
      destroyed.delete(id);
      this.keys.set(id, createSecretKey(this.master().unwrap(row.wrapped, id)));
    }
    for (const id of destroyed) this.keys.delete(id);
  }

  private isLeaving(person: Person | undefined, knownId: string | undefined): boolean {
    const number = person !== undefined && 'number' in person ? person.number : '';
    return this.leaving.has(number) || (knownId !== undefined && this.leaving.has(knownId));
  }

  private knownIdOf(person: Person | undefined, at: string): string | undefined {
    if (person === undefined) return `day-${at.slice(0, 'yyyy-mm-dd'.length)}`;
    return 'id' in person ? person.id : this.persons.get(person.number);
  }

  private async ownerOf(person: Person | undefined, knownId: string | undefined): Promise<Owner> {
    if (person !== undefined && 'number' in person) {
      const hash = await this.hashOf(person.number);
      // A person who writes again after an erasure gets a new id: keys of the erased id are destroyed again.
      const known = person.mayReturn ? undefined : knownId;
      const proposed = known ?? randomBytes(PERSON_BYTES).toString('base64url');
      return { hash, person: proposed, mayReturn: person.mayReturn };
    }
    return { hash: null, person: knownId ?? '', mayReturn: false };
  }

  /** A key is wrapped for its owner, so a number whose person is stored without this key is asked for twice: then by the id. */
  private async findOrMake(
    owner: Owner,
    month: number,
  ): Promise<FoundKey & { readonly wrapped: Uint8Array | null }> {
    const place = { person: owner.person, month };
    const wrapped = this.master().wrap(randomBytes(KEY_BYTES), keyIdOf(place));
    const found = await this.ask({ ...owner, month, wrapped });
    if (found.wrapped !== undefined) return { ...found, wrapped: found.wrapped };
    return this.findOrMake({ hash: null, person: found.person, mayReturn: false }, month);
  }

  private ask(wanted: WantedKey): Promise<FoundKey> {
    return new Promise((resolve, reject) => {
      this.asked.push({ wanted, resolve, reject });
      // An immediate runs after all input that is ready now, so one commit serves all requests of this turn.
      if (this.asked.length === 1) setImmediate(() => void this.flush());
    });
  }

  private async flush(): Promise<void> {
    const asked = this.asked;
    this.asked = [];
    try {
      const found = await this.table.keysFor(asked.map(({ wanted }) => wanted));
      asked.forEach(({ resolve, reject }, index) => {
        const one = found[index];
        if (one === undefined) reject(new RangeError('the key store left out an answer'));
        else resolve(one);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
