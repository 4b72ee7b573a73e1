import { Controller, Get, Headers, Inject, Query, Res, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import { ApplicationError } from '../../../application/errors.js';
import { FollowChanges, type Change } from '../../../application/reporting/change-stream.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { QueryReader, type RawQuery } from './query-reader.js';
import { DescribeStream } from './reporting.openapi.js';

/** Proxies close connections on which nothing happens, often after a minute or even thirty seconds. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for so long is cut off; it can resume where it stood. */
const STALL_MS_MAX = 10_000;
const STREAMS_MAX = 200;
const POSITION = /^[\w./:-]{1,100}$/;

/** Changes as they happen. */
@Controller('v1/stream')
export class StreamController implements OnModuleDestroy {
  private readonly open = new Set<AbortController>();

  constructor(@Inject(FollowChanges) private readonly followChanges: FollowChanges) {}

  @Get()
  @RequiresScope('read')
  @DescribeStream()
  async stream(
    @Query() raw: RawQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw);
    const after = query.matching('after', POSITION, 'the position of an event of this ledger');
    if (lastEventId !== undefined && !POSITION.test(lastEventId)) {
      query.fault('Last-Event-ID', 'must be the id of an event of this stream');
    }
    query.end();
    if (this.open.size >= STREAMS_MAX) {
      throw new ApplicationError('too-many-waiting', 'too many streams are open');
    }
    const ending = new AbortController();
    this.open.add(ending);
    response.on('close', () => ending.abort());
    try {
      await this.send(lastEventId ?? after, response, ending);
    } finally {
      this.open.delete(ending);
    }
  }

  /** Open streams would keep the server from closing; their readers resume elsewhere. */
  onModuleDestroy(): void {
    for (const ending of this.open) ending.abort();
  }

  private async send(
    after: string | undefined,
    response: Response,
    ending: AbortController,
  ): Promise<void> {
    const changes = this.followChanges.execute(after, ending.signal);
    // The first is asked for before the answer begins, so that a bad position becomes a problem document.
    let next = changes.next();
    await Promise.race([next, nextTurn()]);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      // A connection that stays open behind its last stream would keep the server from closing.
      Connection: 'close',
    });
    response.write('retry: 1000\n\n');
    const heartbeat = setInterval(() => {
      if (!response.writableNeedDrain) response.write(': heartbeat\n\n');
    }, HEARTBEAT_MS);
    try {
      for (let step = await next; step.done !== true; step = await next) {
        const taken = response.write(step.value.map(frameOf).join(''));
        if (!taken && !(await drained(response, ending.signal))) break;
        next = changes.next();
      }
    } finally {
      clearInterval(heartbeat);
      ending.abort();
      await changes.return(undefined);
      // What a stalled reader has not taken is given up at once, not kept until it does.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    }
  }
}

const frameOf = (change: Change): string =>
  `id: ${change.position}\nevent: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`;

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** False when the reader took nothing for too long, or went away. */
function drained(response: Response, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (result: boolean): void => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onDrain = (): void => end(true);
    const onAbort = (): void => end(false);
    const timer = setTimeout(() => end(false), STALL_MS_MAX);
    response.on('drain', onDrain);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) end(false);
  });
}
