import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import {
  ListInbound,
  type FoundInbound,
  type ListedInbound,
} from '../../../application/reporting/inbound-list.js';
import { LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { given, QueryReader, type RawQuery } from './query-reader.js';
import { DescribeInbound, DescribeInboundList } from './reporting.openapi.js';

/** What people wrote to us. */
@Controller('v1/inbound')
export class InboundController {
  constructor(@Inject(ListInbound) private readonly listInbound: ListInbound) {}

  @Get()
  @RequiresScope('read')
  @DescribeInboundList()
  async list(@Query() raw: RawQuery): Promise<ListedInbound> {
    const query = new QueryReader(raw);
    const filter = {
      ...given({
        from: numberOrId(query.text('from')),
        to: numberOrId(query.text('to')),
        keyword: query.text('keyword')?.toUpperCase(),
      }),
      ...query.range(),
    };
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return this.listInbound.execute(filter, cursor, limit);
  }

  @Get(':uuid')
  @RequiresScope('read')
  @DescribeInbound()
  find(@Param('uuid') uuid: string): Promise<FoundInbound> {
    return this.listInbound.find(uuid);
  }
}

/** Numbers are stored as digits, whatever way they are written. */
const numberOrId = (text: string | undefined): string | undefined =>
  text !== undefined && /^\+?[\d .-]+$/.test(text) ? text.replace(/\D/g, '') : text;
