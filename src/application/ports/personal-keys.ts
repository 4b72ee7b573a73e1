import type { KeyObject } from 'node:crypto';

/** The owner of an event's personal fields. */
export type Person =
  /** A number, or a channel's own id. @see mayReturn */
  | {
      readonly number: string;
      /** True for what a person or a caller begins anew: it makes an erased person known again. A late report does not. */
      readonly mayReturn: boolean;
    }
  /** The random id under which earlier events of the same stream are kept. */
  | { readonly id: string };

/** One key of one person and month. */
export interface PersonalKey {
  /** `<person>.<yyyymm>`. Tells nothing of the number. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The person was erased: nothing personal may be stored about them. */
export interface ErasedPerson {
  /** The random id that the person had. */
  readonly erased: string;
}

/** The result of an erasure in the key store. */
export interface DestroyedKeys {
  /** The random id of the erased person, for ever the same. */
  readonly person: string;
  /** Also when an earlier call destroyed them. */
  readonly keys: number;
  /** The id that an erasure before had destroyed; the person had become known again since. Null where there was none. */
  readonly erasedBefore: string | null;
  /** The fault that may have left bytes of the keys in a file, until they are destroyed again. Undefined: none are left. */
  readonly leftInFile?: Error | undefined;
}

/** Keeps the keys of personal fields. Whoever destroys a person's keys erases the person from every copy of the ledger. */
export interface PersonalKeys {
  /**
   * The key for what is recorded about a person in a month. It is durable before it is returned.
   * @param person undefined: nobody is named, so the day's own key is used
   * @param at ISO 8601 UTC
   * @returns at once where the key is in the cache: every webhook asks
   * @throws StoreUnavailable
   */
  sealingKey(
    person: Person | undefined,
    at: string,
  ): PersonalKey | Promise<PersonalKey | ErasedPerson>;

  /**
   * Fetches the keys that are not in the cache, so that `knownKey` can answer.
   * @returns undefined when there is nothing to wait for
   * @throws StoreUnavailable
   */
  fetchKeys(ids: ReadonlySet<string>): Promise<void> | undefined;

  /** The key of an id that was fetched; undefined when it is destroyed. */
  knownKey(id: string): KeyObject | undefined;

  /**
   * Destroys all keys of a person. A later one of the same number has nothing to do with them.
   * @returns undefined for a number of which nothing was ever recorded
   * @throws StoreUnavailable
   */
  destroyKeys(number: string): Promise<DestroyedKeys | undefined>;

  /** Destroys all keys of the person with this id, who was erased before. @returns how many @throws StoreUnavailable */
  destroyKeysOf(person: string): Promise<number>;

  /** True where this key store destroyed the keys of this person, who has not been erased again since. @throws StoreUnavailable */
  hasErased(person: string): Promise<boolean>;

  /**
   * Returns the position up to which the ledger's erasures were read, as `noteErasuresSeen` recorded it. It is stored with
   * the keys, so an older copy of the keys has an older position. @throws StoreUnavailable
   */
  erasuresSeen(): Promise<string | undefined>;
  noteErasuresSeen(mark: string): Promise<void>;

  /**
   * Destroys the keys of all months before one, for example 202611. It may take minutes.
   * @param signal ends it
   * @returns how many @throws StoreUnavailable, also where `signal` aborts before the end
   */
  destroyKeysBefore(month: number, signal?: AbortSignal): Promise<number>;
}
