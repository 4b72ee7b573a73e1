import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  LIST_LIMIT_MAX,
  ListMessages,
  type ListedMessage,
} from '../../../application/reporting/message-list.js';
import type { MessageFilter } from '../../../application/ports/message-search.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { tellAsOf } from './as-of-header.js';
import { csvLine, type CsvCell } from './csv.js';
import { readMessageFilter } from './message-filter.js';
import { QueryReader, type RawQuery } from './query-reader.js';
import { DescribeMessageList } from './reporting.openapi.js';

/** Many messages: a page of JSON, or all that match as CSV or NDJSON. */
@Controller('v1/messages')
export class MessageListController {
  constructor(@Inject(ListMessages) private readonly listMessages: ListMessages) {}

  @Get()
  @RequiresScope('read')
  @DescribeMessageList()
  async list(
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw);
    const filter = readMessageFilter(query);
    const limit = query.integer('limit', 1, LIST_LIMIT_MAX);
    const cursor = query.cursor();
    const format = request.accepts(['application/json', 'text/csv', 'application/x-ndjson']);
    const isExport = format === 'text/csv' || format === 'application/x-ndjson';
    if (isExport && limit !== undefined) query.fault('limit', 'is for pages of JSON only');
    if (isExport && cursor !== undefined) query.fault('cursor', 'is for pages of JSON only');
    query.end();
    response.vary('Accept');
    if (format === 'text/csv') {
      await this.export(filter, response, csv);
    } else if (format === 'application/x-ndjson') {
      await this.export(filter, response, ndjson);
    } else {
      response.json(await this.listMessages.execute(filter, cursor, limit));
    }
  }

  /** Constant memory: a page is read when the reader has taken the one before. */
  private async export(
    filter: MessageFilter,
    response: Response,
    format: ExportFormat,
  ): Promise<void> {
    const pages = this.listMessages.pages(filter);
    // Read before the answer begins, so that a fault can still become a problem document.
    const first = await pages.next();
    if (first.done === true) throw new RangeError('a search has at least one page');
    response.status(200).setHeader('Content-Type', format.contentType);
    response.setHeader('Content-Disposition', `attachment; filename="${format.fileName}"`);
    tellAsOf(response, first.value.asOf);
    let gone = false;
    response.on('close', () => (gone = true));
    const content = Readable.from(contentOf(format, first.value.items, pages));
    await pipeline(content, response).catch((error: unknown) => {
      if (!gone) throw error;
    });
  }
}

interface ExportFormat {
  readonly contentType: string;
  readonly fileName: string;
  readonly header: string;
  readonly line: (message: ListedMessage) => string;
}

async function* contentOf(
  { header, line }: ExportFormat,
  first: readonly ListedMessage[],
  rest: AsyncIterable<{ readonly items: readonly ListedMessage[] }>,
): AsyncGenerator<string> {
  yield header + first.map(line).join('');
  for await (const { items } of rest) yield items.map(line).join('');
}

const columns: readonly (readonly [string, (message: ListedMessage) => CsvCell])[] = [
  ['id', ({ id }) => id],
  ['status', ({ status }) => status],
  ['statusSince', ({ statusSince }) => statusSince],
  ['final', ({ final }) => final],
  ['contradicted', ({ contradicted }) => contradicted],
  ['origin', ({ origin }) => origin],
  ['to', ({ to }) => to],
  ['from', ({ from }) => from],
  ['channel', ({ channel }) => channel],
  ['country', ({ country }) => country],
  ['networkCode', ({ networkCode }) => networkCode],
  ['errorCode', ({ errorCode }) => errorCode],
  ['reference', ({ reference }) => reference],
  ['segments', ({ segments }) => segments],
  ['attempts', ({ attempts }) => attempts],
  ['cost', ({ cost }) => cost.map(({ amount, currency }) => `${amount} ${currency}`).join('; ')],
  ['createdAt', ({ createdAt }) => createdAt],
  ['submittedAt', ({ submittedAt }) => submittedAt],
  ['deliveredAt', ({ deliveredAt }) => deliveredAt],
  ['timeToDeliveryMs', ({ timeToDeliveryMs }) => timeToDeliveryMs],
];

const csv: ExportFormat = {
  contentType: 'text/csv; charset=utf-8',
  fileName: 'messages.csv',
  header: csvLine(columns.map(([name]) => name)),
  line: (message) => csvLine(columns.map(([, cell]) => cell(message))),
};

const ndjson: ExportFormat = {
  contentType: 'application/x-ndjson',
  fileName: 'messages.ndjson',
  header: '',
  line: (message) => `${JSON.stringify(message)}\n`,
};
