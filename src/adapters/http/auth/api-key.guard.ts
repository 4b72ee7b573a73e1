import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { HttpProblem } from '../problems/http-problem.js';
import { findApiKey, type ApiKey, type Scope } from '../../../application/access/api-keys.js';
import { REQUIRED_SCOPE } from './requires-scope.js';

/** What the guard leaves for the controllers. */
export interface AuthenticatedRequest extends Request {
  /** Name of the API key; undefined when the service runs without keys. */
  actor?: string;
}

/** Lets a request pass whose key has the scope that the route requires. */
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: readonly ApiKey[],
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(REQUIRED_SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    // Without keys the service listens on loopback only; the configuration sees to that.
    if (scope === undefined || this.keys.length === 0) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const key = this.authenticate(request.headers.authorization);
    if (key === undefined) {
      http.getResponse<Response>().setHeader('WWW-Authenticate', 'Bearer realm="waybill"');
      throw new HttpProblem(401, 'Send a valid API key as `Authorization: Bearer <key>`.');
    }
    if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) {
      throw new HttpProblem(403, `This needs an API key with the scope ${scope}.`);
    }
    request.actor = key.name;
    return true;
  }

  private authenticate(authorization: string | undefined): ApiKey | undefined {
    const presented = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    return presented === undefined ? undefined : findApiKey(this.keys, presented);
  }
}
