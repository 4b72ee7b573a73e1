import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** Where to go from here. */
@ApiExcludeController()
@Controller()
export class IndexController {
  @Get()
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
