import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Scope } from '../../../domain/keys/key-scopes.js';
import { HttpProblem } from '../problems/http-problem.js';
import type { ApiKeyCheck } from './api-key-check.js';
import { OPEN_ON_LOOPBACK, REQUIRED_SCOPE } from './requires-scope.js';

/** What the guard leaves for the controllers. */
export interface AuthenticatedRequest extends Request {
  /** Name of the API key; undefined when the service runs without keys. */
  actor?: string;
}

/** Lets a request pass whose key has the scope that the route requires. */
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly check: ApiKeyCheck,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const of = [context.getHandler(), context.getClass()];
    const scope = this.reflector.getAllAndOverride<Scope | undefined>(REQUIRED_SCOPE, of);
    if (scope === undefined || this.check.isKeyless) return true;
    const isOpen = this.reflector.getAllAndOverride<true | undefined>(OPEN_ON_LOOPBACK, of);
    if (isOpen === true && this.check.isOnLoopback) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = this.check.authenticate(request);
    if (!key.scopes.includes(scope) && !key.scopes.includes('admin')) {
      throw new HttpProblem(403, `This needs an API key with the scope ${scope}.`);
    }
    request.actor = key.name;
    return true;
  }
}
