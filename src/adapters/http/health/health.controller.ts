import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CheckReadiness, type Readiness } from '../../../application/reporting/check-readiness.js';
import { DescribePublic } from '../documentation/problem-responses.js';
import { complete, schemaOf } from '../documentation/schemas.js';

/** For whoever restarts and balances. */
@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(@Inject(CheckReadiness) private readonly checkReadiness: CheckReadiness) {}

  /** Asks nobody: a store that is away is no reason to restart the process. */
  @Get('live')
  @DescribePublic()
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Is the process alive?',
    description: 'Asks no store: an unreachable store is no reason to restart the process.',
  })
  @ApiResponse({
    status: 200,
    description: 'It is.',
    schema: complete({ status: { enum: ['alive'] } }),
  })
  live(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  @Get('ready')
  @DescribePublic()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Can it record webhooks and requests?',
    description: 'For load balancers. The body names what stands still, since when and why.',
  })
  @ApiResponse({ status: 200, description: 'It can.', schema: schemaOf('Readiness') })
  @ApiResponse({ status: 503, description: 'It cannot now.', schema: schemaOf('Readiness') })
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const readiness = await this.checkReadiness.execute();
    response.status(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }
}
