import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiOperation,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CheckReadiness, type Readiness } from '../../../application/reporting/check-readiness.js';
import { partNames } from '../../../application/ports/health.js';
import { ApiKeyCheck } from '../auth/api-key-check.js';
import { DescribePublic } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete } from '../documentation/schema-parts.js';
import { QueryReader, type RawQuery } from '../reporting/query-reader.js';
import { readinessForStrangers } from './readiness-for-strangers.js';

/** For orchestrators and load balancers. */
@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    @Inject(CheckReadiness) private readonly checkReadiness: CheckReadiness,
    @Inject(ApiKeyCheck) private readonly keys: ApiKeyCheck,
  ) {}

  /** Checks no store: a restart would not help against one that is unreachable. */
  @Get('live')
  @DescribePublic
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    description: 'Asks no store: an unreachable store is no reason to restart the process.',
  })
  @ApiResponse({
    status: 200,
    description: 'The process is alive.',
    schema: complete({ status: { enum: ['alive'] } }),
  })
  live(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @DescribePublic
  @ApiSecurity({})
  @ApiBearerAuth()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Does it do its work?',
    description:
      'Not ready: the ledger cannot be written or is damaged, read models or sending stand still, or the service stops. ' +
      'The body names what stands still, since when and why. A hold by an operator is no fault. ' +
      'A load balancer asks with `part=ledger`, so that webhooks are taken also while only ' +
      'sending stands still, or a part of the ledger cannot be read. ' +
      'No key is needed. Without a valid one, and but for requests on the machine itself, each `reason` is a fixed sentence.',
  })
  @ApiQuery({
    name: 'part',
    required: false,
    schema: { type: 'string', enum: [...partNames] },
    description:
      'Only this part decides whether it is ready. Without it all but `proof`, `deliveries` and `erasure` do.',
  })
  @ApiResponse({
    status: 200,
    description: 'Ready. The body has the state of each part.',
    schema: schemaOf('Readiness'),
  })
  @ApiResponse({
    status: 503,
    description: 'Not ready. The body says which part, since when and why.',
    schema: schemaOf('Readiness'),
  })
  async ready(
    @Query() query: RawQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Readiness> {
    const reader = new QueryReader(query);
    const part = reader.oneOf('part', partNames);
    reader.end();
    const readiness = await this.checkReadiness.execute(part);
    response.status(readiness.status === 'ready' ? 200 : 503);
    return (await this.keys.trusts(request)) ? readiness : readinessForStrangers(readiness);
  }
}
