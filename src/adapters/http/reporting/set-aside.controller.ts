import { Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import {
  ReadSetAside,
  type ListedQuarantine,
  type ParkedEvents,
} from '../../../application/reporting/set-aside.js';
import { LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import type { RetriedEvents } from '../../../application/projecting/projector.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { QueryReader, type RawQuery } from './query-reader.js';
import { DescribeParked, DescribeQuarantine, DescribeRetry } from './reporting.openapi.js';

/** Webhooks that were not understood (quarantine) and events that were not projected (parked). Nothing is lost. */
@Controller('v1')
export class SetAsideController {
  constructor(@Inject(ReadSetAside) private readonly setAside: ReadSetAside) {}

  @Get('quarantine')
  @RequiresScope('audit')
  @DescribeQuarantine
  async quarantine(@Query() raw: RawQuery): Promise<ListedQuarantine> {
    const query = new QueryReader(raw);
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return this.setAside.quarantined(cursor, limit);
  }

  @Get('parked-events')
  @RequiresScope('admin')
  @DescribeParked
  async parked(@Query() raw: RawQuery): Promise<ParkedEvents> {
    new QueryReader(raw).end();
    return this.setAside.parked();
  }

  @Post('parked-events/retry')
  @HttpCode(200)
  @RequiresScope('admin')
  @DescribeRetry
  retry(): Promise<RetriedEvents> {
    return this.setAside.retry();
  }
}
