import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import type { Fault } from '../../../application/errors.js';
import type { WebhookOutcome } from '../../../application/ports/webhook-sender.js';
import { ManageEndpoints } from '../../../application/webhooks/manage-endpoints.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readBody } from '../validate.js';
import {
  viewDelivery,
  viewEndpoint,
  type DeliveryView,
  type EndpointView,
} from './endpoint-view.js';
import { CreateEndpointDto, PatchEndpointDto, ReplayDto } from './webhook-endpoints.dto.js';
import * as describe from './webhook-endpoints.openapi.js';

const DELIVERIES_DEFAULT = 50;
const DELIVERIES_MAX = 500;

type WithSecret = EndpointView & { readonly secret: string };

/** The receivers of outgoing webhooks. */
@Controller('v1/webhook-endpoints')
export class WebhookEndpointsController {
  constructor(@Inject(ManageEndpoints) private readonly manage: ManageEndpoints) {}

  private readonly judge = ({ url }: { readonly url?: unknown }): readonly Fault[] =>
    typeof url === 'string' ? this.manage.faultsOf(url) : [];

  @Post()
  @HttpCode(201)
  @RequiresScope('admin')
  @TakesBody()
  @describe.DescribeCreate
  async create(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<WithSecret> {
    const { url, events, description = '' } = readBody(CreateEndpointDto, body, query, this.judge);
    const made = await this.manage.create({ url, events, description }, actor);
    return { ...viewEndpoint(made.endpoint), secret: made.secret };
  }

  @Get()
  @RequiresScope('admin')
  @describe.DescribeList
  async list(@Query() query: RawQuery): Promise<{ readonly items: readonly EndpointView[] }> {
    refuseParameters(query);
    return { items: (await this.manage.list()).map(viewEndpoint) };
  }

  @Get(':id')
  @RequiresScope('admin')
  @describe.DescribeRead
  async read(@Param('id') id: string, @Query() query: RawQuery): Promise<EndpointView> {
    refuseParameters(query);
    return viewEndpoint(await this.manage.read(id));
  }

  @Patch(':id')
  @RequiresScope('admin')
  @TakesBody()
  @describe.DescribePatch
  async patch(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<EndpointView> {
    const patch = readBody(PatchEndpointDto, body, query, this.judge);
    return viewEndpoint(await this.manage.patch(id, patch, actor));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequiresScope('admin')
  @describe.DescribeDelete
  async remove(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<void> {
    refuseParameters(query);
    await this.manage.remove(id, actor);
  }

  @Post(':id/rotate-secret')
  @HttpCode(200)
  @RequiresScope('admin')
  @describe.DescribeRotate
  async rotate(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<WithSecret> {
    refuseParameters(query);
    const { endpoint, secret } = await this.manage.rotate(id, actor);
    return { ...viewEndpoint(endpoint), secret };
  }

  @Post(':id/test')
  @HttpCode(200)
  @RequiresScope('admin')
  @describe.DescribeTest
  async test(
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<Omit<WebhookOutcome, 'retryAfterMs'> & { readonly delivered: boolean }> {
    refuseParameters(query);
    const { httpStatus, error } = await this.manage.test(id, new AbortController().signal);
    return { delivered: error === null, httpStatus, error };
  }

  @Get(':id/deliveries')
  @RequiresScope('admin')
  @describe.DescribeDeliveries
  async deliveries(
    @Param('id') id: string,
    @Query() raw: RawQuery,
  ): Promise<{ readonly items: readonly DeliveryView[]; readonly nextCursor: string | null }> {
    const query = new QueryReader(raw);
    const limit = query.integer('limit', 1, DELIVERIES_MAX) ?? DELIVERIES_DEFAULT;
    const untilMs = query.time('until');
    const cursor = query.cursor();
    query.end();
    const { items, nextCursor } = await this.manage.deliveries(id, { untilMs, cursor }, limit);
    return { items: items.map(viewDelivery), nextCursor };
  }

  @Post(':id/replay')
  @HttpCode(202)
  @RequiresScope('admin')
  @TakesBody()
  @describe.DescribeReplay
  async replay(
    @Param('id') id: string,
    @Body() body: unknown,
    @Query() query: RawQuery,
  ): Promise<{ readonly since: string }> {
    const { since } = readBody(ReplayDto, body, query);
    const sinceMs = Date.parse(since);
    await this.manage.replay(id, sinceMs);
    return { since: new Date(sinceMs).toISOString() };
  }
}
