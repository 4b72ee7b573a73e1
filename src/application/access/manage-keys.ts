import type { IssuedKey } from '../../domain/keys/issued-key.js';
import { noKeyLimits, type KeyLimits } from '../../domain/keys/key-events.js';
import type { Scope } from '../../domain/keys/key-scopes.js';
import { decideAgain } from '../decide-again.js';
import {
  ApplicationError,
  ConcurrencyConflict,
  InvalidRequest,
  UndecodableEvent,
  type Fault,
} from '../errors.js';
import type { Clock } from '../ports/clock.js';
import { decodeCursor, encodeCursor } from '../reporting/cursor.js';
import { cursorFault } from '../reporting/message-list.js';
import { keyStream, KEYRING_STREAM } from '../streams.js';
import { hashOf, newIssuedKey, type ApiKey } from './api-keys.js';
import { hasExpired } from './authenticate-key.js';
import type { IssuedKeys } from './issued-keys.js';
import type { KeyUse } from './key-use.js';
import type { KnownKeys } from './known-keys.js';

export const KEYS_LIMIT_DEFAULT = 100;
export const KEYS_LIMIT_MAX = 500;
/** The most keys that may ever be made, because each list reads all names. */
export const KEYS_MAX = 10_000;
/** Keys that a list reads concurrently. */
const READ_AT_ONCE = 20;

export const keyStates = ['active', 'expired', 'revoked', 'replaced', 'damaged'] as const;

/** A key as it is shown: never the key itself or its digest. */
export interface KeyView extends Omit<IssuedKey, 'sha256' | 'createdAt'> {
  /** `replaced`: `API_KEYS` has a key of this name, which takes its place. */
  readonly state: (typeof keyStates)[number];
  readonly source: 'ledger' | 'API_KEYS';
  /** Times are ISO 8601 UTC. Null also where the configuration does not tell. */
  readonly createdAt: string | null;
  /** Exact to the hour when another instance saw the use; null: never, or not for 13 months. */
  readonly lastUsedAt: string | null;
}

export interface KeyWish {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt: string | null;
  readonly limits: KeyLimits;
}

export interface ListedKeys {
  readonly items: readonly KeyView[];
  readonly nextCursor: string | null;
}

/** Makes, lists and revokes API keys. */
export class ManageKeys {
  constructor(
    private readonly configured: readonly ApiKey[],
    private readonly issued: IssuedKeys,
    private readonly known: KnownKeys,
    private readonly use: KeyUse,
    private readonly clock: Clock,
  ) {}

  /** Says why a key cannot expire then, so that a caller learns of it together with other faults. */
  faultsOf(expiresAt: string): readonly Fault[] {
    const isOver = Date.parse(expiresAt) <= this.clock.now().getTime();
    return isOver
      ? [{ pointer: '/expiresAt', detail: 'expiresAt is over: give a later time' }]
      : [];
  }

  /**
   * Resolves after the commit.
   * @returns the key, which nobody can be shown again
   * @throws ApplicationError `key-name-taken`, `too-many-keys`; InvalidRequest
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async create(
    wish: KeyWish,
    by: string | null,
  ): Promise<{ readonly key: string; readonly view: KeyView }> {
    const { name, expiresAt } = wish;
    const now = this.clock.now();
    const faults = expiresAt === null ? [] : this.faultsOf(expiresAt);
    if (faults.length > 0) throw new InvalidRequest(faults);
    if (this.isConfigured(name) || (await this.issued.read(name)).key !== undefined)
      throw nameTaken();
    await this.register(name, by);
    const key = newIssuedKey(name);
    const occurredAt = now.toISOString();
    const data = { ...wish, sha256: hashOf(key).toString('hex'), by, occurredAt };
    try {
      await this.issued.append(keyStream(name), { type: 'KeyCreated', data }, 'no-stream', by);
    } catch (error) {
      throw error instanceof ConcurrencyConflict ? nameTaken() : error;
    }
    const { key: made } = await this.issued.read(name);
    if (made === undefined) throw new Error('A key that was made is not in the ledger.');
    this.known.learn(made);
    return { key, view: this.viewOf(made, null) };
  }

  /**
   * Resolves after the commit. A key that was revoked before stays as it is.
   * @throws ApplicationError `key-not-found`, `key-configured`
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async revoke(name: string, by: string | null): Promise<KeyView> {
    return decideAgain(async () => {
      const { key, revision } = await this.issued.read(name);
      if (key === undefined) throw this.notIssued(name);
      if (key.revokedAt !== null) {
        this.known.learn(key);
        return this.viewOf(key, await this.use.lastUse(name));
      }
      const data = { name, by, occurredAt: this.clock.now().toISOString() };
      await this.issued.append(keyStream(name), { type: 'KeyRevoked', data }, revision, by);
      return this.revoke(name, by);
    });
  }

  /**
   * Lists the keys of `API_KEYS` first, on the first page, then the newest. @throws InvalidRequest, StoreUnavailable
   */
  async list(cursor: string | undefined, limit = KEYS_LIMIT_DEFAULT): Promise<ListedKeys> {
    const { names } = await this.issued.names();
    const end = cursor === undefined ? names.length : endOf(cursor, names.length);
    const start = Math.max(0, end - limit);
    const page = names.slice(start, end).toReversed();
    const items =
      cursor === undefined ? await Promise.all(this.configured.map(this.viewConfigured)) : [];
    for (let from = 0; from < page.length; from += READ_AT_ONCE) {
      const some = page.slice(from, from + READ_AT_ONCE).map((name) => this.viewIssued(name));
      items.push(...(await Promise.all(some)).filter((view) => view !== undefined));
    }
    return { items, nextCursor: start === 0 ? null : encodeCursor([start], LIST) };
  }

  /**
   * Enters the name in the keyring, so that a list need not read the whole ledger. Lists leave out a name whose key was
   * then not made.
   */
  private async register(name: string, by: string | null): Promise<void> {
    await decideAgain(async () => {
      const { names, revision } = await this.issued.names();
      if (names.includes(name)) return;
      if (names.length >= KEYS_MAX) {
        throw new ApplicationError(
          'too-many-keys',
          `${KEYS_MAX} keys were made, and no more can be.`,
        );
      }
      const data = { name, occurredAt: this.clock.now().toISOString() };
      await this.issued.append(KEYRING_STREAM, { type: 'KeyRegistered', data }, revision, by);
    });
  }

  private isConfigured(name: string): boolean {
    return this.configured.some((key) => key.name === name);
  }

  private notIssued(name: string): ApplicationError {
    if (!this.isConfigured(name)) {
      return new ApplicationError('key-not-found', 'No key of this name was made here.');
    }
    return new ApplicationError(
      'key-configured',
      'This key comes from API_KEYS: take it out there, and start the service again.',
    );
  }

  private readonly viewConfigured = async ({ name, scopes }: ApiKey): Promise<KeyView> => ({
    name,
    state: 'active',
    source: 'API_KEYS',
    scopes,
    ...notTold,
    lastUsedAt: await this.use.lastUse(name),
  });

  private async viewIssued(name: string): Promise<KeyView | undefined> {
    try {
      const [{ key }, lastUsedAt] = await Promise.all([
        this.issued.read(name),
        this.use.lastUse(name),
      ]);
      return key === undefined ? undefined : this.viewOf(key, lastUsedAt);
    } catch (error) {
      if (error instanceof UndecodableEvent) return damagedView(name);
      throw error;
    }
  }

  private viewOf(key: IssuedKey, lastUsedAt: string | null): KeyView {
    const { sha256: _, ...shown } = key;
    return { ...shown, state: this.stateOf(key), source: 'ledger', lastUsedAt };
  }

  private stateOf(key: IssuedKey): KeyView['state'] {
    if (key.revokedAt !== null) return 'revoked';
    if (this.isConfigured(key.name)) return 'replaced';
    return hasExpired(key, this.clock) ? 'expired' : 'active';
  }
}

const LIST = 'keys';

function endOf(cursor: string, names: number): number {
  const [end] = decodeCursor(cursor, LIST) ?? [];
  if (typeof end === 'number' && Number.isInteger(end) && end > 0 && end <= names) return end;
  throw new InvalidRequest([cursorFault]);
}

const nameTaken = (): ApplicationError =>
  new ApplicationError(
    'key-name-taken',
    'A key of this name was made before. The name of a revoked key stays taken, because messages are told apart by ' +
      'the name of the key and the Idempotency-Key: choose another name.',
  );

const notTold = {
  limits: noKeyLimits,
  createdAt: null,
  createdBy: null,
  expiresAt: null,
  revokedAt: null,
  revokedBy: null,
} as const;

const damagedView = (name: string): KeyView => ({
  name,
  state: 'damaged',
  source: 'ledger',
  scopes: [],
  ...notTold,
  lastUsedAt: null,
});
