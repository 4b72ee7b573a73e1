import { setImmediate as nextTurn } from 'node:timers/promises';
import { Controller, Get, Header, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { OpenOnLoopback, RequiresScope } from '../auth/requires-scope.js';
import { DescribeProblems } from '../documentation/problem-responses.js';

/** The page of metrics; the composition chooses the adapter that counts. */
export interface MetricsPage {
  metrics(): Promise<string>;
}

export const METRICS_PAGE = Symbol('MetricsPage');

@ApiTags('operations')
@Controller('metrics')
export class MetricsController {
  /** The page that is being made, or the last one. */
  private latest: Promise<unknown> = Promise.resolve();
  /** The page after it, which serves everybody who asks before it begins. */
  private next: Promise<string> | undefined;

  constructor(@Inject(METRICS_PAGE) private readonly page: MetricsPage) {}

  @Get()
  @RequiresScope('metrics')
  @OpenOnLoopback()
  @DescribeProblems()
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Read the metrics for Prometheus',
    description:
      'Prometheus text format. On the machine itself no key is asked for, unless `PUBLIC_URL` names another host.',
  })
  @ApiResponse({
    status: 200,
    description: 'Metrics in the text format.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  scrape(): Promise<string> {
    return (this.next ??= this.afterLatest());
  }

  /** A crowd of askers costs no more than one page at a time, between which other requests are served. */
  private async afterLatest(): Promise<string> {
    await this.latest;
    await nextTurn();
    const page = this.page.metrics();
    this.latest = page.catch(() => undefined);
    this.next = undefined;
    return page;
  }
}
