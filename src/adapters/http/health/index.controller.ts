import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribePublic } from '../documentation/problem-responses.js';

/** Links to the service's other addresses. */
@ApiTags('operations')
@Controller()
export class IndexController {
  @Get()
  @DescribePublic
  @ApiOperation({
    operationId: 'getIndex',
    summary: 'List the entry points of the API',
    description: 'The paths of the API by name.',
  })
  @ApiResponse({
    status: 200,
    description: 'Paths by name.',
    schema: { type: 'object', additionalProperties: { type: 'string' } },
  })
  index(): Readonly<Record<string, string>> {
    return {
      service: 'waybill',
      documentation: '/docs',
      openapi: '/openapi.json',
      messages: '/v1/messages',
      live: '/health/live',
      ready: '/health/ready',
      metrics: '/metrics',
    };
  }
}
