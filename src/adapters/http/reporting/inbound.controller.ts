import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import type { InboundRow } from '../../../application/ports/projection-store.js';
import { ListInbound, type FoundInbound } from '../../../application/reporting/inbound-list.js';
import { LIST_LIMIT_MAX } from '../../../application/reporting/message-list.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { AUDIT_LOG } from '../auth/audit-log.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { DEFAULT_COUNTRY } from './default-country.js';
import {
  columnsOf,
  csvOf,
  exportFormatOf,
  ndjsonOf,
  openExport,
} from '../exports/export-format.js';
import { Exports } from '../exports/exports.js';
import { given, QueryReader, refuseParameters, type RawQuery } from './query-reader.js';
import { DescribeInbound, DescribeInboundList, inbound } from './reporting.openapi.js';

/** Inbound messages: a page of JSON, or all that match as CSV or NDJSON. */
@Controller('v1/inbound')
export class InboundController {
  constructor(
    @Inject(ListInbound) private readonly listInbound: ListInbound,
    @Inject(DEFAULT_COUNTRY) private readonly defaultCountry: DefaultCountry,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
    @Inject(Exports) private readonly exports: Exports,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeInboundList
  async list(
    @Query() raw: RawQuery,
    @Req() request: AuthenticatedRequest,
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
    const isShown = query.oneOf('text', ['shown']) !== undefined;
    const format = exportFormatOf(request, formats, query);
    query.end();
    response.vary('Accept');
    const { actor, isPerson } = request;
    const looked = 'A person looked at the texts of received messages.';
    if (format === undefined) {
      const page = await this.listInbound.execute(filter, cursor, limit);
      const messageUuids = page.items.map(({ messageUuid }) => messageUuid);
      if (isPerson && isShown) this.audit.info({ actor, messageUuids }, looked);
      response.json(isPerson && !isShown ? { ...page, items: page.items.map(hidden) } : page);
    } else {
      if (isPerson) this.audit.info({ actor, messageUuids: 'export' }, looked);
      await this.exports.send(response, () =>
        openExport(this.listInbound.pages(filter), response, format),
      );
    }
  }

  @Get(':uuid')
  @RequiresScope('read')
  @DescribeInbound
  async find(
    @Param('uuid') uuid: string,
    @Query() query: RawQuery,
    @Req() { isPerson }: AuthenticatedRequest,
  ): Promise<FoundInbound> {
    refuseParameters(query);
    // Uuids are recorded in lower case, whatever way Vonage or a person writes them.
    const found = await this.listInbound.find(uuid.toLowerCase());
    return isPerson ? hidden(found) : found;
  }
}

/** A person in the window asks for texts, and asking is recorded. */
const hidden = <Row extends InboundRow>(row: Row): Row => ({ ...row, text: null, keyword: null });

const columns = columnsOf<InboundRow>(inbound, {
  usage: ['cost', ({ usage }) => (usage === null ? null : `${usage.price} ${usage.currency}`)],
});

const formats = [csvOf('inbound', columns), ndjsonOf<InboundRow>('inbound')];
