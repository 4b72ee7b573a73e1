import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { reportDimensions } from '../../../application/ports/delivery-totals.js';
import {
  ReportConfidence,
  type DeliveryConfidence,
} from '../../../application/reporting/delivery-confidence.js';
import {
  ReportDelivery,
  type DeliveryReport,
  type DeliveryReportRow,
} from '../../../application/reporting/delivery-report.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { DEFAULT_COUNTRY } from './default-country.js';
import { tellAsOf } from './as-of-header.js';
import { csvLine, type CsvCell } from '../exports/csv.js';
import { given, QueryReader, type RawQuery } from './query-reader.js';
import { DescribeConfidence, DescribeDeliveryReport } from './reporting.openapi.js';

/** Delivery figures over many messages. */
@Controller('v1/reports')
export class ReportsController {
  constructor(
    @Inject(ReportDelivery) private readonly reportDelivery: ReportDelivery,
    @Inject(ReportConfidence) private readonly reportConfidence: ReportConfidence,
    @Inject(DEFAULT_COUNTRY) private readonly defaultCountry: DefaultCountry,
  ) {}

  @Get('delivery')
  @RequiresScope('read')
  @DescribeDeliveryReport
  async delivery(
    @Query() raw: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<DeliveryReport | string> {
    const query = new QueryReader(raw, this.defaultCountry);
    const groupBy = query.someOf('groupBy', reportDimensions);
    const only = given({
      country: query.country(),
      from: query.wholeAddress('from'),
    });
    const range = query.range();
    query.end();
    response.vary('Accept');
    const report = await this.reportDelivery.execute({ groupBy, only, ...range });
    if (request.accepts(['application/json', 'text/csv']) !== 'text/csv') return report;
    response.setHeader('Content-Type', 'text/csv; charset=utf-8');
    response.setHeader('Content-Disposition', 'attachment; filename="delivery.csv"');
    tellAsOf(response, report.asOf);
    return csvOf(report);
  }

  @Get('confidence')
  @RequiresScope('read')
  @DescribeConfidence
  async confidence(@Query() raw: RawQuery): Promise<DeliveryConfidence> {
    const query = new QueryReader(raw);
    const range = query.range();
    query.end();
    return this.reportConfidence.execute(range);
  }
}

function csvOf({ groupBy, rows }: DeliveryReport): string {
  const currencies = [...new Set(rows.flatMap(({ cost }) => cost.map(({ currency }) => currency)))];
  currencies.sort();
  const header = [
    ...groupBy,
    'messages',
    ...messageStatuses,
    'deliveredShare',
    'deliveredByOperator',
    'unconfirmedShare',
    'contradictions',
    'segments',
    ...currencies.map((currency) => `cost ${currency}`),
    'measured',
    'implausible',
    'p50Ms',
    'p95Ms',
    'p99Ms',
  ];
  const cells = (row: DeliveryReportRow): readonly CsvCell[] => [
    ...groupBy.map((dimension) => row.group[dimension] ?? null),
    row.messages,
    ...messageStatuses.map((status) => row.byStatus[status]?.messages ?? 0),
    row.deliveredShare,
    row.deliveredByOperator,
    row.unconfirmedShare,
    row.contradictions,
    row.segments,
    ...currencies.map((one) => row.cost.find(({ currency }) => currency === one)?.amount ?? '0'),
    row.timeToDelivery.measured,
    row.timeToDelivery.implausible,
    row.timeToDelivery.p50Ms,
    row.timeToDelivery.p95Ms,
    row.timeToDelivery.p99Ms,
  ];
  return [csvLine(header), ...rows.map((row) => csvLine(cells(row)))].join('');
}
