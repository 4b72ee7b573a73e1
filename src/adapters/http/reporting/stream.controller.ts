import {
  Controller,
  Get,
  Headers,
  Inject,
  Query,
  Req,
  Res,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Response } from 'express';
import { ApplicationError, InvalidRequest } from '../../../application/errors.js';
import {
  FollowChanges,
  type Change,
  type Changes,
} from '../../../application/reporting/change-stream.js';
import { ApiKeyCheck } from '../auth/api-key-check.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { Places } from '../limits/places.js';
import { loopTurns } from '../turns/loop-turns.js';
import { QueryReader, type RawQuery } from './query-reader.js';
import { DescribeStream } from './reporting.openapi.js';

/** Proxies close idle connections, often after a minute or even thirty seconds. */
const HEARTBEAT_MS = 15_000;
/** A reader that takes nothing for this long is cut off; it can resume where it stood. */
const STALL_MS_MAX = 10_000;
const STREAMS_MAX = 200;
/** The reader is connected after this time even when the ledger is slow or unreachable. */
const FIRST_ANSWER_MS_MAX = 1_000;
const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
  // A connection that stays open after its last stream would keep the server from closing.
  Connection: 'close',
} as const;
const LAST_EVENT_ID = 'Last-Event-ID';
const POSITION = /^[\w./:-]{1,100}$/;

/** Streams changes as they happen. */
@Controller('v1/stream')
export class StreamController implements OnModuleDestroy {
  private readonly open = new Set<AbortController>();
  private readonly places = new Places('streams', STREAMS_MAX);

  constructor(
    @Inject(FollowChanges) private readonly followChanges: FollowChanges,
    @Inject(ApiKeyCheck) private readonly check: ApiKeyCheck,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeStream
  async stream(
    @Query() raw: RawQuery,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw);
    const after = query.matching('after', POSITION, 'the position of an event of this ledger');
    if (lastEventId !== undefined && !POSITION.test(lastEventId)) {
      query.fault(LAST_EVENT_ID, 'must be the id of an event of this stream');
    }
    query.end();
    if (request.method === 'HEAD') {
      response.writeHead(200, STREAM_HEADERS).end();
      return;
    }
    const giveBack = this.places.take(request.actor);
    const ending = new AbortController();
    this.open.add(ending);
    response.on('close', () => ending.abort());
    try {
      const start =
        lastEventId === undefined
          ? { parameter: 'after', position: after }
          : { parameter: LAST_EVENT_ID, position: lastEventId };
      await this.send(start, request, response, ending);
    } finally {
      this.open.delete(ending);
      giveBack();
    }
  }

  /** Ends open streams, which would keep the server from closing; their readers resume elsewhere. */
  onModuleDestroy(): void {
    for (const ending of this.open) ending.abort();
  }

  private async send(
    after: { readonly parameter: string; readonly position: string | undefined },
    request: AuthenticatedRequest,
    response: Response,
    ending: AbortController,
  ): Promise<void> {
    const changes = this.followChanges.execute(after.position, ending.signal);
    // The first change is requested before the answer begins, so that a bad position becomes a problem document.
    let next = changes.next();
    await Promise.race([next, firstAnswerDue()]).catch((error: unknown) => {
      throw named(error, after.parameter);
    });
    response.writeHead(200, STREAM_HEADERS);
    response.write('retry: 1000\n\n');
    const heartbeat = setInterval(() => void this.beat(request, response, ending), HEARTBEAT_MS);
    try {
      for (let step = await next; step.done !== true; step = await next) {
        if (!(await this.check.isStillValid(request))) break;
        const taken = response.write(framesOf(step.value));
        if (!taken && !(await drained(response, ending.signal))) break;
        await loopTurns.giveWay();
        next = changes.next();
      }
    } finally {
      clearInterval(heartbeat);
      ending.abort();
      await changes.return(undefined);
      // Destroying drops the data that a stalled reader has not taken; otherwise it would stay in memory.
      if (response.writableNeedDrain) response.destroy();
      else response.end();
    }
  }

  /** Tells the reader that the stream is open, and ends it when its key was revoked or its session is over. */
  private async beat(
    request: AuthenticatedRequest,
    response: Response,
    ending: AbortController,
  ): Promise<void> {
    if (!(await this.check.isStillValid(request))) ending.abort();
    if (!ending.signal.aborted && !response.writableNeedDrain) response.write(': heartbeat\n\n');
  }
}

/** Adds the parameter's name to the error, because the ledger does not know it. */
const named = (error: unknown, parameter: string): unknown =>
  error instanceof ApplicationError && error.code === 'invalid-request'
    ? new InvalidRequest([{ parameter, detail: `${parameter}: ${error.message}` }])
    : error;

/** A frame with an id but no data moves the reader's position and shows it nothing. */
const framesOf = ({ position, changes }: Changes): string =>
  changes.length === 0 ? `id: ${position}\n\n` : changes.map(frameOf).join('');

const frameOf = (change: Change): string =>
  `id: ${change.position}\nevent: ${change.type}\ndata: ${JSON.stringify(change)}\n\n`;

const firstAnswerDue = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, FIRST_ANSWER_MS_MAX));

/** False when the reader took nothing for too long, or disconnected. */
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
