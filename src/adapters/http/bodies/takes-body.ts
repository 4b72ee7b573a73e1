import {
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Response } from 'express';
import { finalize, from, lastValueFrom, type Observable } from 'rxjs';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { HttpProblem } from '../problems/http-problem.js';
import { BodyReader } from './body-reader.js';
import { parseJson } from './json-text.js';

/** Room for a message with five fallback steps, each with a text of its own, in four-byte characters. */
export const BODY_BYTES_MAX = 256 * 1024;

/** Reads the body after the guards: no body is held or parsed for a caller without a key. */
class BodyInterceptor implements NestInterceptor {
  private readonly reader: BodyReader;

  constructor(
    bytesMax: number,
    private readonly bodyOf: (bytes: Buffer) => unknown,
    arrivesWithinMs?: number,
  ) {
    this.reader = new BodyReader(bytesMax, arrivesWithinMs);
  }

  /** Refuses the oldest body that has not arrived yet. @returns false where none is awaited */
  endOldest(problem: HttpProblem): boolean {
    return this.reader.endOldest(problem);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const hasArrived = request.complete;
    return from(
      this.reader.withBytes(request, http.getResponse<Response>(), async (bytes) => {
        // Its sender may have held it back for minutes, until after the key was revoked.
        if (!hasArrived) await request.judgeAgain?.();
        request.body = this.bodyOf(bytes);
        return lastValueFrom(next.handle());
      }),
    );
  }
}

/** Room for a key, and for what a faulty client sends beside it. */
const STRANGERS_BYTES_MAX = 4 * 1024;
const STRANGERS_WITHIN_MS = 5_000;
const STRANGERS_UNDER_WAY_MAX = 32;

/**
 * Takes so few bodies at a time, so small and so soon, that nobody without a key can use up the room of those who have one.
 * When it is full, the oldest body that has not arrived makes room: else a few that never end would keep every person out.
 */
class StrangersInterceptor implements NestInterceptor {
  private underWay = 0;
  private readonly body = new BodyInterceptor(STRANGERS_BYTES_MAX, parsed, STRANGERS_WITHIN_MS);

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (this.underWay >= STRANGERS_UNDER_WAY_MAX) {
      const full = new HttpProblem(503, 'Too many sign-ins are under way. Send it again later.');
      if (!this.body.endOldest(full)) throw full;
    }
    this.underWay += 1;
    return this.body.intercept(context, next).pipe(finalize(() => (this.underWay -= 1)));
  }
}

const parsed = (bytes: Buffer): unknown => (bytes.length === 0 ? undefined : parseJson(bytes));

/** The route takes a JSON body, which `@Body()` gives parsed. */
export const TakesBody = (): MethodDecorator =>
  UseInterceptors(new BodyInterceptor(BODY_BYTES_MAX, parsed));

/** The route takes a JSON body, which `@Body()` gives as bytes. */
export const TakesBytes = (bytesMax: number): MethodDecorator =>
  UseInterceptors(new BodyInterceptor(bytesMax, (bytes) => bytes));

/** The route takes a JSON body from callers who have shown no key yet. */
export const TakesBodyOfStrangers = (): MethodDecorator =>
  UseInterceptors(new StrangersInterceptor());
