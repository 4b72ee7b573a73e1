import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import {
  ReadWebhookHistory,
  type WebhookHistory,
} from '../../../application/reporting/webhook-history.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { DescribeReceivedWebhooks, DescribeRefusedWebhooks } from './received-webhooks.openapi.js';
import { RefusedWebhookLog, type RefusedWebhooks } from './refused-webhooks.js';

/** Lists the webhooks that were recorded, and those that this instance refused. */
@Controller('v1')
export class ReceivedWebhooksController {
  constructor(
    @Inject(ReadWebhookHistory) private readonly history: ReadWebhookHistory,
    @Inject(RefusedWebhookLog) private readonly refused: RefusedWebhookLog,
  ) {}

  @Get('received-webhooks')
  @RequiresScope('read')
  @DescribeReceivedWebhooks
  list(
    @Query() raw: RawQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WebhookHistory> {
    const query = new QueryReader(raw);
    const cursor = query.cursor();
    query.end();
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    return this.history.execute(cursor, gone.signal);
  }

  @Get('refused-webhooks')
  @RequiresScope('read')
  @DescribeRefusedWebhooks
  listRefused(@Query() query: RawQuery): { readonly items: readonly RefusedWebhooks[] } {
    refuseParameters(query);
    return { items: this.refused.list() };
  }
}
