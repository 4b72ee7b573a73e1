import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { KeyHolder } from '../../../application/access/authenticate-key.js';
import type { RequestRate } from '../../../application/access/request-rate.js';
import type { KeyLimits } from '../../../domain/keys/key-events.js';
import type { Scope } from '../../../domain/keys/key-scopes.js';
import { HttpProblem } from '../problems/http-problem.js';
import type { ApiKeyCheck } from './api-key-check.js';
import { limitRate } from './rate-limit.js';
import { OPEN_ON_LOOPBACK, REQUIRED_SCOPE } from './requires-scope.js';

/** A request with the data that the guard adds for the controllers. */
export interface AuthenticatedRequest extends Request {
  /** Name of the API key; undefined when the service runs without keys. */
  actor?: string;
  /** Limits of that key; undefined where it has none. */
  limits?: KeyLimits;
  /** True where the key has the scope `admin`, and for everybody where the service runs without keys. */
  isAdmin?: boolean;
  /** True where the key has the scope `read` or `admin`, and for everybody where the service runs without keys. */
  mayRead?: boolean;
  /** True for a person in the window, who signed in with the key. */
  isPerson?: boolean;
  /** Judges the key again, for a body that ends long after the guard. @throws as `ApiKeyCheck.authenticate` */
  judgeAgain?: () => Promise<unknown>;
}

/** Passes a request whose key has the scope that the route requires and is within its rate limit. */
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly check: ApiKeyCheck,
    private readonly rate: RequestRate,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const of = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(REQUIRED_SCOPE, of);
    if (scope === undefined) return true;
    const isOpen = this.reflector.getAllAndOverride<true | undefined>(OPEN_ON_LOOPBACK, of);
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    if (isOpen === true && this.check.isFromHere(request)) return true;
    const judge = () =>
      this.check.isKeyless ? this.check.recognize(request) : this.check.authenticate(request);
    const holder = await judge();
    request.isAdmin = holder === undefined || isPermitted(holder, 'admin');
    request.mayRead = holder === undefined || isPermitted(holder, 'read');
    if (holder === undefined) return true;
    // Named before it is refused, for the log.
    request.actor = holder.name;
    limitRate(this.rate, holder, http.getResponse<Response>());
    requireScope(holder, scope);
    request.limits = holder.limits;
    request.isPerson = this.check.isPerson(request);
    request.judgeAgain = judge;
    return true;
  }
}

const isPermitted = ({ scopes }: KeyHolder, scope: Scope): boolean =>
  scopes.includes(scope) || scopes.includes('admin');

function requireScope(holder: KeyHolder, scope: Scope): void {
  if (isPermitted(holder, scope)) return;
  throw new HttpProblem(403, `This needs an API key with the scope ${scope}.`);
}
