import {
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
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
  ) {
    this.reader = new BodyReader(bytesMax);
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    return from(
      this.reader.withBytes(request, http.getResponse<Response>(), (bytes) => {
        request.body = this.bodyOf(bytes);
        return lastValueFrom(next.handle());
      }),
    );
  }
}

const parsed = (bytes: Buffer): unknown => (bytes.length === 0 ? undefined : parseJson(bytes));

/** The route takes a JSON body, which `@Body()` gives parsed. */
export const TakesBody = (): MethodDecorator =>
  UseInterceptors(new BodyInterceptor(BODY_BYTES_MAX, parsed));

/** The route takes a JSON body, which `@Body()` gives as bytes. */
export const TakesBytes = (bytesMax: number): MethodDecorator =>
  UseInterceptors(new BodyInterceptor(bytesMax, (bytes) => bytes));
