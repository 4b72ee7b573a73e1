import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OpenOnLoopback, RequiresScope } from '../auth/requires-scope.js';
import { DescribeProblems } from '../documentation/problem-responses.js';

/** The page of metrics; the composition chooses the adapter that counts. */
export interface MetricsPage {
  metrics(): Promise<string>;
}

export const METRICS_PAGE = Symbol('MetricsPage');

/** Token bucket for pages: a burst of this many, then this many a second; other requests get the last page. */
const PAGES_AT_ONCE_MAX = 100;
const PAGES_PER_SECOND = 10;

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  private pagesLeft = PAGES_AT_ONCE_MAX;
  private countedAtMs = performance.now();
  private latest: Promise<string> | undefined;

  constructor(@Inject(METRICS_PAGE) private readonly page: MetricsPage) {}

  @Get()
  @RequiresScope('metrics')
  @OpenOnLoopback()
  @DescribeProblems()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Read the metrics for Prometheus',
    description: 'Prometheus text format. Where `HOST` is a loopback address, no key is asked for.',
  })
  @ApiResponse({
    status: 200,
    description: 'Metrics in the text format.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    const nowMs = performance.now();
    const earned = ((nowMs - this.countedAtMs) / 1000) * PAGES_PER_SECOND;
    this.pagesLeft = Math.min(PAGES_AT_ONCE_MAX, this.pagesLeft + earned);
    this.countedAtMs = nowMs;
    if (this.latest === undefined || this.pagesLeft >= 1) {
      this.pagesLeft -= 1;
      this.latest = this.page.metrics();
    }
    return this.latest;
  }
}
