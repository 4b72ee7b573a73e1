import { createHmac, createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { StoreUnavailable } from '../../application/errors.js';
import type { HashPurpose, KeyStore } from '../../application/ports/key-store.js';
import type { KeyTable } from './key-table.js';

const SECRET_BYTES = 32;
/** Contact ids in the cache, about 300 bytes each. An id never changes. */
const CONTACTS_MAX = 20_000;
/** Stands between purpose and text; no purpose contains it. */
const SEPARATOR = '\u0000';

export class TableKeyStore implements KeyStore {
  private secret: Promise<KeyObject> | undefined;
  /** By the hash in hex. An unknown contact is not cached: another instance may make its id at any time. */
  private readonly contacts = new LRUCache<string, string>({ max: CONTACTS_MAX });

  constructor(private readonly table: KeyTable) {}

  async keyedHash(purpose: HashPurpose, text: string): Promise<Buffer> {
    const key = await this.key();
    return createHmac('sha256', key).update(`${purpose}${SEPARATOR}${text}`).digest();
  }

  contactIdOf(number: string): Promise<string> {
    return this.idOf(number, (hash) => this.table.addContact(hash, randomUUID()));
  }

  findContactId(number: string): Promise<string | undefined> {
    return this.idOf(number, (hash) => this.table.contact(hash));
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

  private key(): Promise<KeyObject> {
    this.secret ??= orUnavailable(this.table.secret(randomBytes(SECRET_BYTES))).then(
      (secret) => createSecretKey(secret),
      (error: unknown) => {
        this.secret = undefined;
        throw error;
      },
    );
    return this.secret;
  }
}

async function orUnavailable<Result>(asking: Promise<Result>): Promise<Result> {
  try {
    return await asking;
  } catch (cause) {
    throw new StoreUnavailable('the key store does not answer', { cause });
  }
}
