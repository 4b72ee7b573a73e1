import type { Request } from 'express';
import type { OpenSession, Sessions } from '../../../application/access/sessions.js';
import { isFromOwnPage, sessionTokenOf, sessionTokensOf } from './session-cookie.js';
import type {
  AuthenticateKey,
  KeyHolder,
  KeyVerdict,
} from '../../../application/access/authenticate-key.js';
import { HttpProblem } from '../problems/http-problem.js';
import { isLoopbackName } from '../server/refuse-strangers.js';
import { SEND_A_KEY, type WrongKeys } from './wrong-keys.js';

/** Explanations of a refused key, for a caller who holds that key. */
const details = {
  unknown: SEND_A_KEY,
  revoked: 'This API key was revoked. Send another one.',
  expired: 'This API key has expired. Send another one.',
  replaced: 'API_KEYS has another key of this name, which takes its place. Send that one.',
  damaged:
    'What the ledger holds of this API key is damaged, so that it is refused. Send another one.',
} as const;

/** Identifies the API key of a request. */
export class ApiKeyCheck {
  constructor(
    private readonly keys: AuthenticateKey,
    private readonly sessions: Sessions,
    private readonly wrongKeys: WrongKeys,
    /** True when nothing but this machine is known to reach the service. */
    private readonly isOnLoopback: boolean,
  ) {}

  /**
   * True for a request of this machine. One under another name came through a proxy, or from a page that let a name of its
   * own point to loopback (DNS rebinding).
   */
  isFromHere({ headers }: Request): boolean {
    return this.isOnLoopback && headers.host !== undefined && isLoopbackName(headers.host);
  }

  /** True without configured keys; the configuration then lets the service listen on loopback only. */
  get isKeyless(): boolean {
    return this.keys.isKeyless;
  }

  /**
   * True when an open route may show this caller the text of errors: from this machine always, elsewhere with any valid
   * key. A wrong key is counted, but not refused.
   */
  async trusts(request: Request): Promise<boolean> {
    if (this.isFromHere(request)) return true;
    const presented = bearerOf(request);
    if (presented === undefined) {
      return (await this.session(request).catch(() => undefined)) !== undefined;
    }
    // While the ledger is unreachable, a key stored only there cannot be told from a wrong one.
    const verdict = await this.judge(request, presented).catch(() => undefined);
    if (verdict?.valid === false) this.wrongKeys.count(addressOf(request));
    return verdict?.valid === true;
  }

  /** @throws HttpProblem 401, or 429 after too many wrong keys; ApplicationError when the ledger is unreachable */
  async authenticate(request: Request): Promise<KeyHolder> {
    const presented = bearerOf(request);
    if (presented !== undefined) return this.find(request, presented);
    return (await this.session(request))?.holder ?? this.find(request, undefined);
  }

  /** False once the key of a request that is still being answered works no more, or its session is over. */
  async isStillValid(request: Request): Promise<boolean> {
    try {
      await (this.isKeyless ? this.recognize(request) : this.authenticate(request));
      return true;
    } catch (error) {
      // A ledger that cannot be asked now says nothing against the key.
      return !(error instanceof HttpProblem);
    }
  }

  /**
   * The session of a person who signed in. A page of another site cannot use it, whatever the browser sends along.
   * @returns undefined without one, or when it is over
   * @throws HttpProblem 401 when its key no longer works; 403 for a request of another page
   */
  async session(
    request: Request,
  ): Promise<{ readonly holder: KeyHolder; readonly expiresAt: string } | undefined> {
    const token = sessionTokenOf(request);
    if (token === undefined) return undefined;
    if (!isFromOwnPage(request)) {
      throw new HttpProblem(403, 'A session is for the pages of this service only.');
    }
    const found = await this.sessions.find(token);
    if (found === undefined) return undefined;
    if (!found.verdict.valid) throw new HttpProblem(401, details[found.verdict.reason]);
    return { holder: found.verdict.holder, expiresAt: found.expiresAt };
  }

  /** Opens a session. @throws as `authenticate` */
  async signIn(
    request: Request,
    presented: string,
  ): Promise<{ readonly holder: KeyHolder } & OpenSession> {
    const holder = await this.find(request, presented);
    return { holder, ...this.sessions.open(holder.name, presented) };
  }

  /** True when a session, not a key, identifies the caller. */
  isPerson(request: Request): boolean {
    return bearerOf(request) === undefined && sessionTokenOf(request) !== undefined;
  }

  /** Ends the sessions of the request, if it has any. */
  signOut(request: Request): void {
    for (const token of sessionTokensOf(request)) this.sessions.end(token);
  }

  /** Like `authenticate`, but also takes the key as a password, which browsers ask for. @throws the same */
  authenticatePerson(request: Request): Promise<KeyHolder> {
    const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (basic === undefined) return this.authenticate(request);
    const credentials = Buffer.from(basic, 'base64').toString();
    return this.find(request, credentials.slice(credentials.indexOf(':') + 1));
  }

  /**
   * Recognizes keys where none is required: a key that was created here still has its scopes and limits.
   * @returns undefined for no key or an unknown one
   * @throws HttpProblem 401 for a key that no longer works
   */
  async recognize(request: Request): Promise<KeyHolder | undefined> {
    const presented = bearerOf(request);
    if (presented === undefined) return undefined;
    const verdict = await this.judge(request, presented);
    if (!verdict.valid && verdict.reason === 'unknown') return undefined;
    return this.holderOf(request, verdict);
  }

  private async find(request: Request, presented: string | undefined): Promise<KeyHolder> {
    if (presented === undefined) throw new HttpProblem(401, SEND_A_KEY);
    return this.holderOf(request, await this.judge(request, presented));
  }

  private judge(request: Request, presented: string): Promise<KeyVerdict> {
    return this.keys.execute(presented, this.wrongKeys.hasTooMany(addressOf(request)));
  }

  private holderOf(request: Request, verdict: KeyVerdict): KeyHolder {
    if (verdict.valid) return verdict.holder;
    throw this.wrongKeys.refuse(addressOf(request), details[verdict.reason]);
  }
}

const bearerOf = ({ headers }: Request): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];

const addressOf = ({ socket }: Request): string => socket.remoteAddress ?? '';
