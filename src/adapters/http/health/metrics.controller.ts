import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribePublic } from '../documentation/problem-responses.js';

/** What can be scraped; the adapter that counts is chosen outside. */
export interface MetricsPage {
  metrics(): Promise<string>;
}

export const METRICS_PAGE = Symbol('MetricsPage');

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS_PAGE) private readonly page: MetricsPage) {}

  @Get()
  @DescribePublic()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'What Prometheus scrapes',
    description: 'Prometheus text format.',
  })
  @ApiResponse({
    status: 200,
    description: 'Metrics in the text format.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return this.page.metrics();
  }
}
