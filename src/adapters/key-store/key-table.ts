import type { DestroyedKeys } from '../../application/ports/personal-keys.js';

/** An erasure by id, or by an earlier version, which counted none for who asks again. */
export const notCounted: Omit<DestroyedKeys, 'person'> = { keys: 0, erasedBefore: null };

/** One key that is wanted. Exactly one of `hash` and `person` says whose. */
export interface WantedKey {
  /** Keyed hash of a number; null: `person` is known. */
  readonly hash: Buffer | null;
  /** The person's id where it is known; otherwise the one that a new person gets. */
  readonly person: string;
  /** True: an erased person may become known again, under a new id. */
  readonly mayReturn: boolean;
  /** For example 202611. */
  readonly month: number;
  /** The key that is stored unless there is one. */
  readonly wrapped: Buffer;
}

export interface FoundKey {
  readonly person: string;
  /** Null: the person was erased. Undefined: the key is missing, and the proposed one was wrapped for somebody else. */
  readonly wrapped: Uint8Array | null | undefined;
}

/** A row of the personal keys. */
export interface KeyRow {
  readonly person: string;
  readonly month: number;
  readonly wrapped: Uint8Array;
}

/** The ids of one person, found by the keyed hash of the number. */
export interface PersonRow {
  readonly hash: Uint8Array;
  /** Null after an erasure, until the person becomes known again. */
  readonly id: string | null;
  /** The id before the last erasure. */
  readonly erased: string | null;
}

/** The person to whom a number belongs now, or belonged before an erasure. */
export type Owner = Pick<PersonRow, 'id' | 'erased'>;

/** Some rows of a key store, for a copy. */
export interface KeyStoreRows {
  readonly contacts: readonly { readonly hash: Uint8Array; readonly id: string }[];
  readonly persons: readonly PersonRow[];
  readonly keys: readonly KeyRow[];
}

/** The rows of a key store. Their meaning is `TableKeyStore`'s. */
export interface KeyTable {
  /** Stores the secret unless there is one. @returns the stored one, after the commit */
  secret(proposed: Buffer): Promise<Buffer>;
  contact(hash: Buffer): Promise<string | undefined>;
  /** Stores the id unless there is one. @returns the stored one, after the commit */
  addContact(hash: Buffer, proposedId: string): Promise<string>;
  /** Stores what is missing, in one transaction. @returns the stored ones in the same order, after the commit */
  keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]>;
  /** The keys that exist. */
  keys(places: readonly KeyPlace[]): Promise<readonly KeyRow[]>;
  /**
   * Destroys all keys of a person, and remembers that it was done. No byte of them is left in a file after `forgetChanged`.
   * @returns the same again where an earlier call destroyed them; undefined for a number of which nothing was ever stored
   */
  erase(hash: Buffer): Promise<DestroyedKeys | undefined>;
  /**
   * Destroys the keys of all months before one, some at a time, so that nobody waits for long.
   * @param signal ends it; then it fails, unless all is done already
   * @returns how many
   */
  eraseBefore(month: number, signal?: AbortSignal): Promise<number>;
  /**
   * Destroys all keys of the person with this id, and remembers that it was done.
   * @returns how many; 0 for a person who was erased before, or is not known
   */
  erasePerson(person: string): Promise<number>;
  /** Reads all persons. @returns true where this id is the last one that was erased of somebody */
  hasErased(person: string): Promise<boolean>;
  /** Existing keys behind a place, in the order of person and month. */
  keysAfter(after: KeyPlace | undefined, rowsMax: number): Promise<readonly KeyRow[]>;
  /** Exchanges wrapped keys in one transaction. One that was destroyed or exchanged meanwhile stays as it is. @returns how many */
  rewrap(changes: readonly Rewrapped[]): Promise<number>;
  /** Exchanges the wrapped secret. */
  rewrapSecret(before: Buffer, after: Buffer): Promise<void>;
  /** Removes what a file of this table still holds of rows that were changed. */
  forgetChanged(): Promise<void>;
  /** The position up to which a ledger's erasures were read, as `noteErasuresSeen` recorded it. */
  erasuresSeen(): Promise<string | undefined>;
  noteErasuresSeen(mark: string): Promise<void>;
  /** All rows but the secret and the mark of erasures, which is a place in one ledger; some at a time. */
  allRows(): AsyncIterable<KeyStoreRows>;
  /** Puts the rows of another store with the same secret in the place of all these, in one transaction. */
  replaceAll(rows: AsyncIterable<KeyStoreRows>): Promise<void>;
  close(): Promise<void>;
}

/** The place of one key. */
export type KeyPlace = Pick<KeyRow, 'person' | 'month'>;

export interface Rewrapped extends KeyRow {
  /** The bytes that the row holds now. */
  readonly before: Uint8Array;
}

/** The owner of the keys of days, on which events name nobody. Such a person is never erased by number. */
export const isDay = (person: string): boolean => person.startsWith('day-');
