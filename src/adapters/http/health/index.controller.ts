import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';

/** Where to go from here. */
@ApiTags('operations')
@Controller()
export class IndexController {
  @Get()
  @ApiOperation({ summary: 'Where to go from here' })
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
