import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ReadSending, type SendingView } from '../../../application/steering/read-sending.js';
import { SteerSending } from '../../../application/steering/steer-sending.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { HoldSendingDto, ReleaseSendingDto } from './sending.dto.js';
import { DescribeHold, DescribeRelease, DescribeSending } from './sending.openapi.js';

/** Shows, holds and releases the sending of messages to Vonage. */
@Controller('v1/sending')
export class SendingController {
  constructor(
    @Inject(SteerSending) private readonly steering: SteerSending,
    @Inject(ReadSending) private readonly readSending: ReadSending,
  ) {}

  @Get()
  @RequiresScope('read')
  @DescribeSending()
  read(@Query() query: RawQuery): Promise<SendingView> {
    refuseParameters(query);
    return this.readSending.execute();
  }

  @Post('hold')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeHold()
  async hold(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<SendingView> {
    const [{ reason }] = readTogether(
      () => validate(HoldSendingDto, body),
      () => refuseParameters(query),
    );
    const by = actor ?? null;
    await this.steering.hold({ cause: 'operator', reason, by, source: 'api' });
    return this.readSending.execute();
  }

  @Post('release')
  @HttpCode(200)
  @RequiresScope('admin')
  @TakesBody()
  @DescribeRelease()
  async release(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<SendingView> {
    const [{ reason, waiting }] = readTogether(
      () => validate(ReleaseSendingDto, body),
      () => refuseParameters(query),
    );
    await this.steering.release({ reason, waiting: waiting ?? null, by: actor ?? null });
    return this.readSending.execute();
  }
}
