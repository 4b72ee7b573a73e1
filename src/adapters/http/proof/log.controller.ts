import { Controller, Get, Header, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ApplicationError } from '../../../application/errors.js';
import { ProveMessage } from '../../../application/proof/prove-message.js';
import { ReadLog } from '../../../application/proof/read-log.js';
import { SummarizeLog, type LogSummary } from '../../../application/proof/summarize-log.js';
import { parseTilePath } from '../../../application/proof/tree/tiles.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { messageIdOf } from '../messages/message-id.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import {
  DescribeCheckpoint,
  DescribeKey,
  DescribeLog,
  DescribeProof,
  DescribeTile,
} from './log.openapi.js';
import { viewProof, type ProofView } from './proof-view.js';

/** A tile never changes, so whoever has it need not ask again. */
const FOR_EVER = 'private, max-age=31536000, immutable';
const FOR_A_SECOND = 'private, max-age=1';

/** The transparency log, as C2SP tlog-tiles describes it, and proofs made from it. */
@Controller('v1')
export class LogController {
  constructor(
    @Inject(ReadLog) private readonly log: ReadLog,
    @Inject(SummarizeLog) private readonly summarizeLog: SummarizeLog,
    @Inject(ProveMessage) private readonly proveMessage: ProveMessage,
  ) {}

  @Get('log')
  @RequiresScope('audit')
  @DescribeLog
  @Header('Cache-Control', FOR_A_SECOND)
  summary(@Query() query: RawQuery): Promise<LogSummary> {
    refuseParameters(query);
    return this.summarizeLog.execute();
  }

  @Get('log/checkpoint')
  @RequiresScope('audit')
  @DescribeCheckpoint
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('Cache-Control', FOR_A_SECOND)
  checkpoint(@Query() query: RawQuery): Promise<string> {
    refuseParameters(query);
    return this.log.checkpoint();
  }

  @Get('log/key')
  @RequiresScope('audit')
  @DescribeKey
  @Header('Content-Type', 'text/plain; charset=utf-8')
  key(@Query() query: RawQuery): Promise<string> {
    refuseParameters(query);
    return this.log.keys();
  }

  @Get('log/tile/*path')
  @RequiresScope('audit')
  @DescribeTile
  async tile(
    @Param('path') path: string | readonly string[],
    @Query() query: RawQuery,
    @Res() response: Response,
  ): Promise<void> {
    refuseParameters(query);
    const named = parseTilePath(typeof path === 'string' ? path : path.join('/'));
    if (named === undefined) {
      throw new ApplicationError(
        'log-entry-not-found',
        'This is not the name of a tile: <level>/<number> or entries/<number>, with .p/<width> for a partial one.',
      );
    }
    const tile = await this.log.tile(named);
    response.status(200).type('application/octet-stream').set('Cache-Control', FOR_EVER);
    response.end(tile);
  }

  @Get('messages/:id/proof')
  @RequiresScope('audit')
  @DescribeProof
  async proof(@Param('id') id: string, @Query() query: RawQuery): Promise<ProofView> {
    refuseParameters(query);
    return viewProof(await this.proveMessage.execute(messageIdOf(id)));
  }
}
