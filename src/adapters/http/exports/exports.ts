import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ApiKeyCheck } from '../auth/api-key-check.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { Places } from '../limits/places.js';
import { HttpProblem } from '../problems/http-problem.js';
import { loopTurns } from '../turns/loop-turns.js';

/** Each export holds a page of rows, or of the ledger, until its reader has taken it. */
const EXPORTS_MAX = 16;
/** A reader that takes nothing for this long is cut off, because others wait for its place. */
const STALL_MS_MAX = 30_000;

/** The exports under way: answers of any length, each sent with constant memory. */
@Injectable()
export class Exports {
  private readonly places = new Places('exports', EXPORTS_MAX);

  constructor(@Inject(ApiKeyCheck) private readonly check: Pick<ApiKeyCheck, 'isStillValid'>) {}

  /**
   * @param open reads the first page and sets the headers, so that a fault can still become a problem document
   * @throws ApplicationError `too-many-waiting` where too many exports are under way, of all keys or of this one
   */
  async send(response: Response, open: () => Promise<AsyncIterable<string>>): Promise<void> {
    const { actor }: AuthenticatedRequest = response.req;
    const giveBack = this.places.take(actor);
    let gone = false;
    response.on('close', () => (gone = true));
    try {
      const content = await open();
      await this.requireKey(response.req).catch((error: unknown) => {
        response.removeHeader('Content-Disposition');
        throw error;
      });
      if (response.req.method === 'HEAD') {
        // HEAD sends no content, so reading it would leave the connection idle until it counts as stalled.
        response.end();
        return;
      }
      response.setTimeout(STALL_MS_MAX);
      await pipeline(Readable.from(this.inTurns(content, response.req)), response);
    } catch (error) {
      if (!gone) throw error;
    } finally {
      giveBack();
    }
  }

  /**
   * Sockets take megabytes before they make a writer wait, so a pipeline alone would not leave the event loop for long.
   * @throws HttpProblem once the key works no more: a reader who takes little at a time would go on for hours
   */
  private async *inTurns(content: AsyncIterable<string>, request: Request): AsyncGenerator<string> {
    for await (const part of content) {
      await this.requireKey(request);
      yield part;
      await loopTurns.giveWay();
    }
  }

  private async requireKey(request: Request): Promise<void> {
    if (!(await this.check.isStillValid(request))) {
      throw new HttpProblem(401, 'The API key or the session of this export works no more.');
    }
  }
}
