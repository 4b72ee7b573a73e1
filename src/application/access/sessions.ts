import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Cache } from '../ports/cache.js';
import type { Clock } from '../ports/clock.js';
import { hashOf } from './api-keys.js';
import type { AuthenticateKey, KeyVerdict } from './authenticate-key.js';

/** A working day. After it, and when its key is revoked or expires, a person signs in again. */
const SESSION_MS = 12 * 60 * 60 * 1000;
const SIGNATURE_BYTES = 32;
/** Longer than the token of any key name. */
const TOKEN_CHARACTERS_MAX = 400;

export interface OpenSession {
  /** For the browser's cookie. It is not the key and cannot be turned into it. */
  readonly token: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

interface Claims {
  readonly id: string;
  readonly name: string;
  /** Keyed digest of the key's stored digest: the session ends when the key is replaced. */
  readonly key: string;
  readonly expiresAt: string;
}

/**
 * Sessions of people who signed in with an API key. A session is a signed token, so that every instance knows it and
 * none has to keep it. The key itself is checked again at each request.
 */
export class Sessions {
  constructor(
    private readonly keys: AuthenticateKey,
    private readonly clock: Clock,
    /** Shared by all instances. */
    private readonly secret: Buffer,
    /** Sessions that were ended here. Another instance or a restarted one learns nothing of them, but the browser has lost the token. */
    private readonly ended: Cache<string, boolean>,
  ) {}

  /** Opens a session for a key that was found valid. */
  open(name: string, presented: string): OpenSession {
    const expiresAt = new Date(this.clock.now().getTime() + SESSION_MS).toISOString();
    const claims: Claims = {
      id: randomBytes(16).toString('base64url'),
      name,
      key: this.digestOf(hashOf(presented)),
      expiresAt,
    };
    const text = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return { token: `${text}.${this.sign(text).toString('base64url')}`, expiresAt };
  }

  /** @returns undefined where the session is over or was never opened */
  async find(
    token: string,
  ): Promise<{ readonly verdict: KeyVerdict; readonly expiresAt: string } | undefined> {
    const claims = this.read(token);
    if (claims === undefined || this.ended.get(claims.id) === true) return undefined;
    if (Date.parse(claims.expiresAt) <= this.clock.now().getTime()) return undefined;
    const verdict = await this.keys.recall(
      claims.name,
      (sha256) => this.digestOf(sha256) === claims.key,
    );
    return { verdict, expiresAt: claims.expiresAt };
  }

  /** Ends a session, whoever still has its token. */
  end(token: string): void {
    const claims = this.read(token);
    if (claims !== undefined) this.ended.set(claims.id, true);
  }

  private read(token: string): Claims | undefined {
    if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
    const [text = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== SIGNATURE_BYTES || !timingSafeEqual(given, this.sign(text))) {
      return undefined;
    }
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Claims;
  }

  private sign(text: string): Buffer {
    return createHmac('sha256', this.secret).update(`session ${text}`).digest();
  }

  private digestOf(sha256: Buffer): string {
    return createHmac('sha256', this.secret).update('key ').update(sha256).digest('base64url');
  }
}
