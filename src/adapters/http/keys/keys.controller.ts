import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import {
  KEYS_LIMIT_MAX,
  ManageKeys,
  type KeyView,
  type ListedKeys,
} from '../../../application/access/manage-keys.js';
import type { KeyLimits } from '../../../domain/keys/key-events.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readBody } from '../validate.js';
import { CreateKeyDto, type KeyLimitsDto } from './keys.dto.js';
import { DescribeCreateKey, DescribeKeys, DescribeRevokeKey } from './keys.openapi.js';

const limitsOf = (wanted: KeyLimitsDto = {}): KeyLimits => ({
  requestsPerSecond: wanted.requestsPerSecond ?? null,
  messagesPerDay: wanted.messagesPerDay ?? null,
  costPerDay: wanted.costPerDay ?? null,
  countriesAllowed: wanted.countriesAllowed ?? null,
  countriesBlocked: wanted.countriesBlocked ?? [],
});

/** Creates and revokes API keys while the service runs. */
@Controller('v1/keys')
export class KeysController {
  constructor(@Inject(ManageKeys) private readonly manageKeys: ManageKeys) {}

  @Post()
  @HttpCode(201)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeCreateKey
  async create(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<KeyView & { readonly key: string }> {
    const { name, scopes, expiresAt, limits } = readBody(
      CreateKeyDto,
      body,
      query,
      ({ expiresAt: time }) => (typeof time === 'string' ? this.manageKeys.faultsOf(time) : []),
    );
    const { key, view } = await this.manageKeys.create(
      {
        name,
        scopes,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
        limits: limitsOf(limits),
      },
      actor ?? null,
    );
    return { ...view, key };
  }

  @Get()
  @RequiresScope('admin')
  @DescribeKeys
  list(@Query() raw: RawQuery): Promise<ListedKeys> {
    const query = new QueryReader(raw);
    const limit = query.integer('limit', 1, KEYS_LIMIT_MAX);
    const cursor = query.cursor();
    query.end();
    return this.manageKeys.list(cursor, limit);
  }

  @Delete(':name')
  @RequiresScope('admin')
  @DescribeRevokeKey
  revoke(
    @Param('name') name: string,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<KeyView> {
    refuseParameters(query);
    return this.manageKeys.revoke(name, actor ?? null);
  }
}
