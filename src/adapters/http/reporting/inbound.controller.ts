import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { InboundRow } from '../../../application/ports/projection-store.js';
import { ListInbound, type FoundInbound } from '../../../application/reporting/inbound-list.js';
import { LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { DEFAULT_COUNTRY } from './default-country.js';
import { csvOf, exportFormatOf, ndjsonOf, sendExport, type Columns } from './export.js';
import { given, QueryReader, refuseParameters, type RawQuery } from './query-reader.js';
import { DescribeInbound, DescribeInboundList } from './reporting.openapi.js';

/** Inbound messages: a page of JSON, or all that match as CSV or NDJSON. */
@Controller('v1/inbound')
export class InboundController {
  constructor(
    @Inject(ListInbound) private readonly listInbound: ListInbound,
    @Inject(DEFAULT_COUNTRY) private readonly defaultCountry: DefaultCountry,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeInboundList()
  async list(
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw, this.defaultCountry);
    const from = query.address('from');
    const to = query.address('to');
    const filter = {
      ...given({
        from: from?.is,
        fromEndsWith: from?.endsWith,
        to: to?.is,
        toEndsWith: to?.endsWith,
        keyword: query.keyword('keyword'),
      }),
      ...query.range(),
    };
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    const format = exportFormatOf(request, formats, query);
    query.end();
    response.vary('Accept');
    if (format === undefined) {
      response.json(await this.listInbound.execute(filter, cursor, limit));
    } else {
      await sendExport(this.listInbound.pages(filter), response, format);
    }
  }

  @Get(':uuid')
  @RequiresScope('read')
  @DescribeInbound()
  find(@Param('uuid') uuid: string, @Query() query: RawQuery): Promise<FoundInbound> {
    refuseParameters(query);
    // Uuids are recorded in lower case, whatever way Vonage or a person writes them.
    return this.listInbound.find(uuid.toLowerCase());
  }
}

const columns: Columns<InboundRow> = [
  ['messageUuid', ({ messageUuid }) => messageUuid],
  ['channel', ({ channel }) => channel],
  ['from', ({ from }) => from],
  ['to', ({ to }) => to],
  ['messageType', ({ messageType }) => messageType],
  ['text', ({ text }) => text],
  ['keyword', ({ keyword }) => keyword],
  ['segmentCount', ({ segmentCount }) => segmentCount],
  ['networkCode', ({ networkCode }) => networkCode],
  ['cost', ({ usage }) => (usage === null ? null : `${usage.price} ${usage.currency}`)],
  ['occurredAt', ({ occurredAt }) => occurredAt],
  ['recordedAt', ({ recordedAt }) => recordedAt],
];

const formats = [csvOf('inbound', columns), ndjsonOf<InboundRow>('inbound')];
