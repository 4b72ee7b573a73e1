import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  LIST_LIMIT_MAX,
  ListMessages,
  type ListedMessage,
} from '../../../application/reporting/message-list.js';
import { ReadTexts, TEXTS_MAX, type FirstWords } from '../../../application/auditing/read-texts.js';
import type { Logger } from '../../../application/ports/logger.js';
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
import { readMessageFilter } from './message-filter.js';
import { QueryReader, type RawQuery } from './query-reader.js';
import { DescribeMessageList, DescribeTexts, listedMessage } from './reporting.openapi.js';

/** Many messages: a page of JSON, or all that match as CSV or NDJSON. */
@Controller('v1/messages')
export class MessageListController {
  constructor(
    @Inject(ListMessages) private readonly listMessages: ListMessages,
    @Inject(DEFAULT_COUNTRY) private readonly defaultCountry: DefaultCountry,
    @Inject(Exports) private readonly exports: Exports,
    @Inject(ReadTexts) private readonly readTexts: ReadTexts,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
  ) {}

  @Get('texts')
  @RequiresScope('read')
  @DescribeTexts
  async texts(
    @Query() raw: RawQuery,
    @Req() { actor, isPerson = false }: AuthenticatedRequest,
  ): Promise<{ readonly items: readonly FirstWords[] }> {
    const query = new QueryReader(raw);
    const ids = query.ids('ids', TEXTS_MAX);
    query.end();
    const items = await this.readTexts.execute(ids);
    if (isPerson) {
      const messages = items.filter(({ text }) => text !== null).map(({ id }) => id);
      this.audit.info({ actor, messages }, 'A person looked at the texts of a list.');
    }
    return { items };
  }

  @Get()
  @RequiresScope('read')
  @DescribeMessageList
  async list(
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw, this.defaultCountry);
    const filter = readMessageFilter(query);
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    const format = exportFormatOf(request, formats, query);
    query.end();
    response.vary('Accept');
    if (format === undefined) {
      response.json(await this.listMessages.execute(filter, cursor, limit));
    } else {
      await this.exports.send(response, () =>
        openExport(this.listMessages.pages(filter), response, format),
      );
    }
  }
}

const columns = columnsOf<ListedMessage>(listedMessage, {
  cost: [
    'cost',
    ({ cost }) => cost.map(({ amount, currency }) => `${amount} ${currency}`).join('; '),
  ],
});

const formats = [csvOf('messages', columns), ndjsonOf<ListedMessage>('messages')];
