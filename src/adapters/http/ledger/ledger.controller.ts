import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { ExportLedger } from '../../../application/auditing/export-ledger.js';
import { ReplayMessage } from '../../../application/auditing/replay-message.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import { Exports } from '../exports/exports.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { AUDIT_LOG } from '../auth/audit-log.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { messageIdOf } from '../messages/message-id.js';
import { viewEvent, type EventView } from './event-view.js';
import { DescribeExport, DescribeReplay, DescribeTimeline } from './ledger.openapi.js';
import { viewTimelineEntry, type TimelineEntry } from './timeline-view.js';

/** Matches the positions of every kind of ledger. */
const POSITION = /^[\w./:-]{1,100}$/;
/** Stands for no limit: no answer can carry this many events. */
const EXPORT_EVENTS_MAX = 999_999_999;
/** As many lines leave together as one write of a socket takes well. */
const PART_CHARACTERS = 16 * 1024;

/** Returns the recorded events unchanged. */
@Controller('v1')
export class LedgerController {
  constructor(
    @Inject(ReplayMessage) private readonly replayMessage: ReplayMessage,
    @Inject(ExportLedger) private readonly exportLedger: ExportLedger,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
    @Inject(Exports) private readonly exports: Exports,
  ) {}

  @Get('messages/:id/events')
  @RequiresScope('audit')
  @DescribeReplay
  async replay(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Req() { actor, isPerson }: AuthenticatedRequest,
  ): Promise<{ readonly items: readonly EventView[] }> {
    refuseParameters(query);
    const messageId = messageIdOf(id);
    const events = await this.replayMessage.execute(messageId);
    if (isPerson)
      this.audit.info({ actor, messageId }, 'A person looked at the record of a message.');
    return { items: events.map(({ recorded, effect }) => ({ ...viewEvent(recorded), effect })) };
  }

  @Get('messages/:id/timeline')
  @RequiresScope('read')
  @DescribeTimeline
  async timeline(
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<{ readonly items: readonly TimelineEntry[] }> {
    refuseParameters(query);
    return { items: (await this.replayMessage.execute(messageIdOf(id))).map(viewTimelineEntry) };
  }

  /** Streams with constant memory; it ends when the reader disconnects. */
  @Get('events')
  @RequiresScope('audit')
  @DescribeExport
  async export(
    @Query() raw: RawQuery,
    @Req() { actor, isPerson }: AuthenticatedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const query = new QueryReader(raw);
    const position = query.matching('after', POSITION, 'the position of an event of this ledger');
    const eventsMax = query.integer('limit', 1, EXPORT_EVENTS_MAX);
    query.end();
    if (isPerson) {
      const range = { after: position ?? null, limit: eventsMax ?? null };
      this.audit.info({ actor, ...range }, 'A person looked at the ledger as a whole.');
    }
    await this.exports.send(response, () => this.open(position, eventsMax, response));
  }

  private async open(
    position: string | undefined,
    eventsMax: number | undefined,
    response: Response,
  ): Promise<AsyncIterable<string>> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const events = this.exportLedger.execute(position, eventsMax, gone.signal);
    const first = await events.next();
    response.status(200).type('application/x-ndjson');
    return linesOf(first, events);
  }
}

async function* linesOf(
  first: IteratorResult<RecordedEvent>,
  rest: AsyncGenerator<RecordedEvent>,
): AsyncGenerator<string> {
  if (first.done === true) return;
  let lines = lineOf(first.value);
  for await (const event of rest) {
    lines += lineOf(event);
    if (lines.length < PART_CHARACTERS) continue;
    yield lines;
    lines = '';
  }
  if (lines !== '') yield lines;
}

const lineOf = (event: RecordedEvent): string => `${JSON.stringify(viewEvent(event))}\n`;
