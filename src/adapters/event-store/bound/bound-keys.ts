import type { KeyObject } from 'node:crypto';
import { StoreUnavailable, reasonOf } from '../../../application/errors.js';
import type {
  HashPurpose,
  KeyStore,
  UnboundKeyStore,
} from '../../../application/ports/key-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import type {
  DestroyedKeys,
  ErasedPerson,
  Person,
  PersonalKey,
  PersonalKeys,
} from '../../../application/ports/personal-keys.js';

/**
 * Tells which key store a ledger names. @param own the fingerprint that is recorded where the caller may write and none is
 * @returns undefined when none is recorded
 */
export type NamedKeyStore = (own: string) => Promise<string | undefined>;

const OTHER_KEY_STORE =
  'the key store is not the one of this ledger, so personal fields cannot be read and no opt-out is found: stop the ' +
  'service, restore the backup of the key store (keys.sqlite, or the schema waybill_keys) and its master key, and start: ' +
  'docs/operations.md, "Backup and restore"; there is also what can be done where no backup is left';

/**
 * The key store of one ledger. Another one, such as an empty one in the place of a lost one, would make all persons look
 * erased and forget their opt-outs: every call then fails. Compared at the first call, and again after the key store
 * was away.
 */
export class BoundKeys implements KeyStore, PersonalKeys {
  private isBound = false;
  private checking: Promise<void> | undefined;
  private logged = '';

  /** @param logger undefined where somebody else logs what calls throw */
  constructor(
    private readonly keys: UnboundKeyStore,
    private readonly named: NamedKeyStore,
    private readonly logger?: Logger,
  ) {}

  /** @returns undefined when the key store is known to be the ledger's @throws StoreUnavailable when it is another */
  check(): Promise<void> | undefined {
    if (this.isBound) return undefined;
    return (this.checking ??= this.compare().finally(() => (this.checking = undefined)));
  }

  keyedHash(purpose: HashPurpose, text: string): Buffer | Promise<Buffer> {
    return this.atOnce(() => this.keys.keyedHash(purpose, text));
  }

  contactIdOf(number: string): Promise<string> {
    return this.whenBound(() => this.keys.contactIdOf(number));
  }

  findContactId(number: string): Promise<string | undefined> {
    return this.whenBound(() => this.keys.findContactId(number));
  }

  sealingKey(
    person: Person | undefined,
    at: string,
  ): PersonalKey | Promise<PersonalKey | ErasedPerson> {
    return this.atOnce(() => this.keys.sealingKey(person, at));
  }

  fetchKeys(ids: ReadonlySet<string>): Promise<void> | undefined {
    if (!this.isBound) return this.whenBound(() => this.keys.fetchKeys(ids) ?? Promise.resolve());
    const fetching = this.keys.fetchKeys(ids);
    return fetching && this.watched(fetching);
  }

  knownKey(id: string): KeyObject | undefined {
    return this.keys.knownKey(id);
  }

  destroyKeys(number: string): Promise<DestroyedKeys | undefined> {
    return this.whenBound(() => this.keys.destroyKeys(number));
  }

  destroyKeysOf(person: string): Promise<number> {
    return this.whenBound(() => this.keys.destroyKeysOf(person));
  }

  hasErased(person: string): Promise<boolean> {
    return this.whenBound(() => this.keys.hasErased(person));
  }

  erasuresSeen(): Promise<string | undefined> {
    return this.whenBound(() => this.keys.erasuresSeen());
  }

  noteErasuresSeen(mark: string): Promise<void> {
    return this.whenBound(() => this.keys.noteErasuresSeen(mark));
  }

  destroyKeysBefore(month: number, signal?: AbortSignal): Promise<number> {
    return this.whenBound(() => this.keys.destroyKeysBefore(month, signal));
  }

  close(): Promise<void> {
    return this.keys.close();
  }

  /** Does not wait where the key store is known and has its answer in memory. */
  private atOnce<Now, Later>(ask: () => Now | Promise<Later>): Now | Promise<Now | Later> {
    if (!this.isBound) return this.whenBound(async () => ask());
    const asked = ask();
    return asked instanceof Promise ? this.watched(asked) : asked;
  }

  private whenBound<Result>(ask: () => Promise<Result>): Promise<Result> {
    const checking = this.check();
    return this.watched(checking === undefined ? ask() : checking.then(ask));
  }

  /** A key store that was away may come back as another one. */
  private async watched<Result>(asking: Promise<Result>): Promise<Result> {
    try {
      return await asking;
    } catch (error) {
      if (error instanceof StoreUnavailable) this.isBound = false;
      throw error;
    }
  }

  private async compare(): Promise<void> {
    try {
      const own = await this.keys.fingerprint();
      const named = await this.named(own);
      // Nothing is encrypted in a ledger that names none, unless by an earlier version.
      if (named === undefined) return;
      if (named !== own) throw new StoreUnavailable(OTHER_KEY_STORE);
      this.isBound = true;
      if (this.logged !== '') this.logger?.info({}, 'The key store is that of the ledger again.');
      this.logged = '';
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== this.logged) {
        this.logged = reason;
        this.logger?.error({ reason }, 'The ledger and its key store cannot be used now.');
      }
      throw error;
    }
  }
}
