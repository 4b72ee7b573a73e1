import type { PersonalKeys } from './personal-keys.js';

/** The purpose of a keyed hash. The same text has another hash for each purpose. Never rename one: hashes are stored. */
export type HashPurpose =
  | 'contact'
  | 'webhook-endpoint'
  | 'recipient-limit'
  | 'person'
  | 'webhook-body'
  | 'idempotency-key'
  | 'key-store';

/**
 * Holds what must stay out of the ledger: one durable secret, made at the first start, and a random id for each
 * contact. The same store holds the keys of personal fields: `PersonalKeys`. Whoever has the ledger alone can neither read nor guess a phone number from a stream's name. Every adapter
 * passes `test/contracts/key-store.contract.ts` unchanged.
 */
export interface KeyStore {
  /**
   * HMAC-SHA-256 of a text under the durable secret, 32 bytes. All instances on one store get the same, for ever.
   * @returns at once where the secret is in memory: every webhook asks
   * @throws StoreUnavailable
   */
  keyedHash(purpose: HashPurpose, text: string): Buffer | Promise<Buffer>;

  /**
   * The random id of a contact; made once, and durable before it is returned.
   * @param number as the ledger stores it: digits with the country's code, or a channel's own address
   * @throws StoreUnavailable
   */
  contactIdOf(number: string): Promise<string>;

  /** Like `contactIdOf`, but makes no id. @throws StoreUnavailable */
  findContactId(number: string): Promise<string | undefined>;

  close(): Promise<void>;
}

/** A key store before it is known to be that of the ledger. */
export interface UnboundKeyStore extends KeyStore, PersonalKeys {
  /**
   * Names the key store; nothing of its secret follows from it. Read from the store at each call.
   * @throws StoreUnavailable
   */
  fingerprint(): Promise<string>;
}
