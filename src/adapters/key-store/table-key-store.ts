import { createHmac, createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { OtherStoreUnavailable, reasonOf } from '../../application/errors.js';
import type { HashPurpose, UnboundKeyStore } from '../../application/ports/key-store.js';
import type {
  DestroyedKeys,
  ErasedPerson,
  Person,
  PersonalKey,
} from '../../application/ports/personal-keys.js';
import type { KeyTable } from './key-table.js';
import { UnknownMasterKey, type MasterKeys } from './master-keys.js';
import { entries, PersonalKeyCache } from './personal-key-cache.js';

export const SECRET_BYTES = 32;
/** The owner for which the secret is wrapped. */
export const KEY_STORE_SECRET = 'secret';
/** Contact ids in the cache, about 300 bytes each. An id never changes. */
const CONTACTS_MAX = 20_000;
/** Stands between purpose and text; no purpose contains it. */
const SEPARATOR = '\u0000';

export class TableKeyStore implements UnboundKeyStore {
  private secret: Promise<KeyObject> | undefined;
  /** The secret once it is read. */
  private known: KeyObject | undefined;
  /** By the hash in hex. An unknown contact is not cached: another instance may make its id at any time. */
  private readonly contacts = new LRUCache<string, string>(entries(CONTACTS_MAX));

  private readonly personal: PersonalKeyCache;

  /**
   * @param cachedMsMax time after which a cached key is asked for again; 0: never
   * @param othersErase true: other instances erase persons too
   */
  constructor(
    private readonly table: KeyTable,
    private readonly master: MasterKeys,
    cachedMsMax: number,
    othersErase = false,
  ) {
    this.personal = new PersonalKeyCache(
      table,
      () => master,
      (number) => this.keyedHash('person', number),
      cachedMsMax,
      othersErase,
    );
  }

  keyedHash(purpose: HashPurpose, text: string): Buffer | Promise<Buffer> {
    const hashUnder = (key: KeyObject): Buffer =>
      createHmac('sha256', key).update(`${purpose}${SEPARATOR}${text}`).digest();
    return this.known === undefined ? this.key().then(hashUnder) : hashUnder(this.known);
  }

  async fingerprint(): Promise<string> {
    // Another store may stand behind the table since the secret was read.
    this.secret = undefined;
    this.known = undefined;
    const hash = await this.keyedHash('key-store', 'fingerprint');
    return hash.toString('hex');
  }

  contactIdOf(number: string): Promise<string> {
    return this.idOf(number, (hash) => this.table.addContact(hash, randomUUID()));
  }

  findContactId(number: string): Promise<string | undefined> {
    return this.idOf(number, (hash) => this.table.contact(hash));
  }

  sealingKey(
    person: Person | undefined,
    at: string,
  ): PersonalKey | Promise<PersonalKey | ErasedPerson> {
    const found = this.personal.sealingKey(person, at);
    return found instanceof Promise ? orUnavailable(found) : found;
  }

  fetchKeys(ids: ReadonlySet<string>): Promise<void> | undefined {
    const fetching = this.personal.fetch(ids);
    return fetching && orUnavailable(fetching);
  }

  knownKey(id: string): KeyObject | undefined {
    return this.personal.known(id);
  }

  async destroyKeys(number: string): Promise<DestroyedKeys | undefined> {
    const hash = await this.keyedHash('person', number);
    return this.personal.whileLeaving(number, async () => {
      const destroyed = await orUnavailable(this.table.erase(hash));
      if (destroyed === undefined) return undefined;
      this.personal.drop(destroyed.person);
      // It fails while somebody reads the file. The keys are destroyed already, and that must be recorded.
      const leftInFile = await orUnavailable(this.table.forgetChanged()).then(
        () => undefined,
        (error: Error) => error,
      );
      return { ...destroyed, leftInFile };
    });
  }

  async destroyKeysOf(person: string): Promise<number> {
    return this.personal
      .whileLeaving(person, () => orUnavailable(this.table.erasePerson(person)))
      .finally(() => this.personal.drop(person));
  }

  hasErased(person: string): Promise<boolean> {
    return orUnavailable(this.table.hasErased(person));
  }

  erasuresSeen(): Promise<string | undefined> {
    return orUnavailable(this.table.erasuresSeen());
  }

  noteErasuresSeen(mark: string): Promise<void> {
    return orUnavailable(this.table.noteErasuresSeen(mark));
  }

  async destroyKeysBefore(month: number, signal?: AbortSignal): Promise<number> {
    const keys = await orUnavailable(this.table.eraseBefore(month, signal));
    this.personal.dropAll();
    return keys;
  }

  async close(): Promise<void> {
    await this.table.close();
  }

  private async idOf<Id extends string | undefined>(
    number: string,
    ask: (hash: Buffer) => Promise<Id>,
  ): Promise<Id | string> {
    const hash = await this.keyedHash('contact', number);
    const known = this.contacts.get(hash.toString('hex'));
    if (known !== undefined) return known;
    const id = await orUnavailable(ask(hash));
    if (id !== undefined) this.contacts.set(hash.toString('hex'), id);
    return id;
  }

  private async storedSecret(): Promise<Buffer> {
    const proposed = this.master.wrap(randomBytes(SECRET_BYTES), KEY_STORE_SECRET);
    const stored = await this.table.secret(proposed);
    // Versions before the master key stored it as it is.
    return stored.length === SECRET_BYTES ? stored : this.master.unwrap(stored, KEY_STORE_SECRET);
  }

  private key(): Promise<KeyObject> {
    if (this.secret !== undefined) return this.secret;
    const reading: Promise<KeyObject> = orUnavailable(this.storedSecret()).then(
      (secret) => {
        const key = createSecretKey(secret);
        // Meanwhile `fingerprint` may have begun to read again.
        if (this.secret === reading) this.known = key;
        return key;
      },
      (error: unknown) => {
        this.secret = undefined;
        throw error;
      },
    );
    this.secret = reading;
    return reading;
  }
}

async function orUnavailable<Result>(asking: Promise<Result>): Promise<Result> {
  try {
    return await asking;
  } catch (cause) {
    if (cause instanceof UnknownMasterKey)
      throw new OtherStoreUnavailable(cause.message, { cause });
    throw new OtherStoreUnavailable(`the key store cannot be used: ${reasonOf(cause)}`, { cause });
  }
}
