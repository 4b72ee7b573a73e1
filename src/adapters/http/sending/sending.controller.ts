import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { InvalidRequest } from '../../../application/errors.js';
import { ReadHolds, type PastHold } from '../../../application/steering/past-holds.js';
import { ReadSending, type SendingView } from '../../../application/steering/read-sending.js';
import { SteerSending } from '../../../application/steering/steer-sending.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { inspect, readBody, readTogether } from '../validate.js';
import { HoldSendingDto, ReleaseSendingDto } from './sending.dto.js';
import {
  DescribeHold,
  DescribeHolds,
  DescribeRelease,
  DescribeSending,
} from './sending.openapi.js';

/** Shows, holds and releases the sending of messages, to all providers or to one. */
@Controller('v1/sending')
export class SendingController {
  constructor(
    @Inject(SteerSending) private readonly steering: SteerSending,
    @Inject(ReadSending) private readonly readSending: ReadSending,
    @Inject(ReadHolds) private readonly readHolds: ReadHolds,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeSending
  read(@Query() query: RawQuery): Promise<SendingView> {
    refuseParameters(query);
    return this.readSending.execute();
  }

  @Get('holds')
  @RequiresScope('read')
  @DescribeHolds
  async holds(@Query() raw: RawQuery): Promise<{ readonly items: readonly PastHold[] }> {
    const query = new QueryReader(raw);
    const sinceMs = query.time('since');
    query.end();
    return { items: await this.readHolds.execute(sinceMs) };
  }

  @Post('hold')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeHold
  async hold(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<SendingView> {
    const { reason, provider } = readBody(HoldSendingDto, body, query);
    const by = actor ?? null;
    await this.steering.hold({ cause: 'operator', reason, by, source: 'api', provider });
    return this.readSending.execute();
  }

  @Post('release')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeRelease
  async release(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<SendingView> {
    const [{ reason, waiting, provider }] = readTogether(
      () => readRelease(body),
      () => refuseParameters(query),
    );
    const by = actor ?? null;
    await this.steering.release({ reason, waiting: waiting ?? null, by, provider });
    return this.readSending.execute();
  }
}

function readRelease(body: unknown): ReleaseSendingDto {
  const { dto, faults } = inspect(ReleaseSendingDto, body);
  const isContradictory = dto.waiting !== undefined && dto.provider !== undefined;
  const detail = 'waiting decides about all of sending, so it goes without provider';
  const found = isContradictory ? [...faults, { pointer: '/waiting', detail }] : faults;
  if (found.length > 0) throw new InvalidRequest(found);
  return dto;
}
