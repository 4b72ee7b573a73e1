import { Body, Controller, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '../../../../application/ports/logger.js';
import type { AuthenticatedRequest } from '../../auth/api-key.guard.js';
import { AUDIT_LOG } from '../../auth/audit-log.js';
import { RequiresScope } from '../../auth/requires-scope.js';
import { TakesBody } from '../../bodies/takes-body.js';
import type { RawQuery } from '../../reporting/query-reader.js';
import { readBody } from '../../validate.js';
import { ReplayWebhookDto } from './replay.dto.js';
import { DescribeReplayWebhook } from './replay.openapi.js';
import { ReplayWebhook, type ReplayedWebhook } from './replay-webhook.js';

/** Takes kept webhooks in once more. */
@Controller('v1/received-webhooks')
export class ReplayController {
  constructor(
    @Inject(ReplayWebhook) private readonly replayWebhook: ReplayWebhook,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
  ) {}

  @Post('replay')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeReplayWebhook
  async replay(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ReplayedWebhook> {
    const { stream, revision } = readBody(ReplayWebhookDto, body, query);
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const place = { stream, revision: BigInt(revision) };
    const replayed = await this.replayWebhook.execute(place, actor, gone.signal);
    const { signature, result } = replayed;
    this.audit.info({ actor, stream, revision, signature, result }, 'A kept webhook was replayed.');
    return replayed;
  }
}
