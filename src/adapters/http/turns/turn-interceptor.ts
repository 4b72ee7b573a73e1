import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { from, mergeMap, type Observable } from 'rxjs';
import { loopTurns } from './loop-turns.js';

/** Lets no crowd of requests hold the event loop: each begins in a turn of its own. Health checks do not wait. */
export class TurnInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { path } = context.switchToHttp().getRequest<Request>();
    if (path.startsWith('/health/')) return next.handle();
    return from(loopTurns.next()).pipe(mergeMap(() => next.handle()));
  }
}
