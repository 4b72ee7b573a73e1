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
    const cursor = query.text('cursor');
    const format = request.accepts(['application/json', 'text/csv', 'application/x-ndjson']);
    const isExport = format === 'text/csv' || format === 'application/x-ndjson';
    if (isExport && limit !== undefined) query.fault('limit', 'is for pages of JSON only');
    if (isExport && cursor !== undefined) query.fault('cursor', 'is for pages of JSON only');
    query.end();
    if (format === 'text/csv') {
      await this.export(filter, response, 'text/csv; charset=utf-8', csvLines);
    } else if (format === 'application/x-ndjson') {
      await this.export(filter, response, 'application/x-ndjson', jsonLines);
    } else {
      response.json(await this.listMessages.execute(filter, cursor, limit));
    }
  }

  /** Constant memory: a page is read when the reader has taken the one before. */
  private async export(
    filter: MessageFilter,
    response: Response,
    contentType: string,
    lines: (messages: AsyncIterable<ListedMessage>) => AsyncGenerator<string>,
  ): Promise<void> {
    const content = lines(this.listMessages.all(filter));
    // Read before the answer begins, so that a fault can still become a problem document.
    const first = await content.next();
    response.status(200).setHeader('Content-Type', contentType);
    response.setHeader('Content-Disposition', 'attachment; filename="messages"');
    let gone = false;
    response.on('close', () => (gone = true));
    await pipeline(Readable.from(resumed(first, content)), response).catch((error: unknown) => {
      if (!gone) throw error;
    });
  }
}

async function* resumed(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** Handing over lines one by one would cost more than making them. */
const LINES_AT_ONCE = 200;

async function* jsonLines(messages: AsyncIterable<ListedMessage>): AsyncGenerator<string> {
  yield* joined(messages, (message) => `${JSON.stringify(message)}\n`);
}

async function* csvLines(messages: AsyncIterable<ListedMessage>): AsyncGenerator<string> {
  yield csvLine(columns.map(([name]) => name));
  yield* joined(messages, (message) => csvLine(columns.map(([, cell]) => cell(message))));
}

async function* joined(
  messages: AsyncIterable<ListedMessage>,
  line: (message: ListedMessage) => string,
): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const message of messages) {
    lines.push(line(message));
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
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
