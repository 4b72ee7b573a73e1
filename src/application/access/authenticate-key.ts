import { timingSafeEqual } from 'node:crypto';
import type { IssuedKey } from '../../domain/keys/issued-key.js';
import { noKeyLimits, type KeyLimits } from '../../domain/keys/key-events.js';
import type { Scope } from '../../domain/keys/key-scopes.js';
import { UndecodableEvent } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { ThrottledLog } from '../throttled-log.js';
import { findApiKey, hashOf, nameInKey, type ApiKey } from './api-keys.js';
import type { KeyUse } from './key-use.js';
import type { KnownKeys } from './known-keys.js';

/** The caller and their scopes. */
export interface KeyHolder {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly limits: KeyLimits;
}

/** The holder of a valid key, or the reason why the key is not valid. */
export type KeyVerdict =
  | { readonly valid: true; readonly holder: KeyHolder }
  | { readonly valid: false; readonly reason: 'unknown' }
  /** Only a caller with the right key learns this reason. */
  | { readonly valid: false; readonly reason: 'revoked' | 'expired' | 'replaced' }
  /** Any caller who names the key learns this reason: with a damaged event no key can be compared. */
  | { readonly valid: false; readonly reason: 'damaged' };

const UNKNOWN: KeyVerdict = { valid: false, reason: 'unknown' };

/** Finds the holder of a request's key, among `API_KEYS` and the keys in the ledger. */
export class AuthenticateKey {
  private readonly configured: ReadonlySet<string>;
  private readonly log: ThrottledLog;

  constructor(
    private readonly apiKeys: readonly ApiKey[],
    private readonly known: KnownKeys,
    private readonly use: KeyUse,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.configured = new Set(apiKeys.map(({ name }) => name));
    this.log = new ThrottledLog(logger);
  }

  /** True when the configuration has no key. */
  get isKeyless(): boolean {
    return this.apiKeys.length === 0;
  }

  /**
   * @param isSuspect the caller's address has sent many wrong keys: the ledger is asked for few of its keys
   * @throws ApplicationError `too-many-waiting` where too many unknown names are asked for; StoreUnavailable
   */
  async execute(presented: string, isSuspect: boolean): Promise<KeyVerdict> {
    const verdict = this.ofConfigured(presented) ?? (await this.ofIssued(presented, isSuspect));
    if (verdict.valid) this.use.used(verdict.holder.name);
    return verdict;
  }

  /**
   * Judges a key that was presented earlier, by its name and by what is stored of it: revoked, expired and replaced
   * keys end what was begun with them.
   * @param isSame tells whether a stored SHA-256 is that of the key
   * @throws ApplicationError, StoreUnavailable as `execute`
   */
  async recall(name: string, isSame: (sha256: Buffer) => boolean): Promise<KeyVerdict> {
    const verdict = await this.recalled(name, isSame);
    if (verdict.valid) this.use.used(name);
    return verdict;
  }

  private async recalled(name: string, isSame: (sha256: Buffer) => boolean): Promise<KeyVerdict> {
    const configured = this.apiKeys.find((key) => key.name === name);
    if (configured !== undefined) return isSame(configured.hash) ? valid(configured) : UNKNOWN;
    const key = this.known.recall(name) ?? (await this.find(name, false));
    return this.judge(name, key, (issued) => isSame(Buffer.from(issued.sha256, 'hex')));
  }

  private ofConfigured(presented: string): KeyVerdict | undefined {
    const key = findApiKey(this.apiKeys, presented);
    return key === undefined ? undefined : valid(key);
  }

  private async ofIssued(presented: string, isSuspect: boolean): Promise<KeyVerdict> {
    const name = nameInKey(presented);
    if (name === undefined) return UNKNOWN;
    const key = this.known.recall(name) ?? (await this.find(name, isSuspect));
    return this.judge(name, key, (issued) => isKey(issued, presented));
  }

  private judge(
    name: string,
    key: IssuedKey | 'damaged' | undefined,
    isSame: (key: IssuedKey) => boolean,
  ): KeyVerdict {
    if (key === 'damaged') return { valid: false, reason: 'damaged' };
    if (key === undefined || !isSame(key)) return UNKNOWN;
    // Message ids are derived from key names, so one name must not have two holders.
    if (this.configured.has(name)) return { valid: false, reason: 'replaced' };
    if (key.revokedAt !== null) return { valid: false, reason: 'revoked' };
    if (hasExpired(key, this.clock)) return { valid: false, reason: 'expired' };
    return { valid: true, holder: key };
  }

  private async find(name: string, isSuspect: boolean): Promise<IssuedKey | 'damaged' | undefined> {
    try {
      return await this.known.find(name, isSuspect);
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      this.log.error(
        'damaged key',
        { error, key: name },
        'An API key is refused, because an event of it is damaged and may be its revocation.',
      );
      return 'damaged';
    }
  }
}

const valid = ({ name, scopes }: ApiKey): KeyVerdict => ({
  valid: true,
  holder: { name, scopes, limits: noKeyLimits },
});

const isKey = (key: IssuedKey, presented: string): boolean =>
  timingSafeEqual(Buffer.from(key.sha256, 'hex'), hashOf(presented));

export const hasExpired = ({ expiresAt }: IssuedKey, clock: Clock): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= clock.now().getTime();
