import type { Request } from 'express';
import { findApiKey, type ApiKey } from '../../../application/access/api-keys.js';
import { HttpProblem } from '../problems/http-problem.js';
import { SEND_A_KEY, type WrongKeys } from './wrong-keys.js';

/** Tells whose API key a request carries. */
export class ApiKeyCheck {
  constructor(
    private readonly keys: readonly ApiKey[],
    private readonly wrongKeys: WrongKeys,
    /** The service can be reached from this machine only. */
    readonly isOnLoopback: boolean,
  ) {}

  /** Without keys the service listens on loopback only; the configuration sees to that. */
  get isKeyless(): boolean {
    return this.keys.length === 0;
  }

  /**
   * Whether a route that is open to everybody may tell this caller what errors say: on loopback always, else with
   * any valid key. A wrong key is counted and refuses nothing.
   */
  trusts(request: Request): boolean {
    if (this.isOnLoopback) return true;
    const presented = bearerOf(request);
    if (presented === undefined) return false;
    if (findApiKey(this.keys, presented) !== undefined) return true;
    this.wrongKeys.count(addressOf(request));
    return false;
  }

  /** @throws HttpProblem 401, or 429 after too many wrong keys */
  authenticate(request: Request): ApiKey {
    return this.find(request, bearerOf(request));
  }

  /** Also takes the key as a password, which browsers ask for. @throws HttpProblem 401 or 429 */
  authenticatePerson(request: Request): ApiKey {
    const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (basic === undefined) return this.authenticate(request);
    const credentials = Buffer.from(basic, 'base64').toString();
    return this.find(request, credentials.slice(credentials.indexOf(':') + 1));
  }

  private find(request: Request, presented: string | undefined): ApiKey {
    if (presented === undefined) throw new HttpProblem(401, SEND_A_KEY);
    const key = findApiKey(this.keys, presented);
    if (key === undefined) throw this.wrongKeys.refuse(addressOf(request));
    return key;
  }
}

const bearerOf = ({ headers }: Request): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];

const addressOf = ({ socket }: Request): string => socket.remoteAddress ?? '';
