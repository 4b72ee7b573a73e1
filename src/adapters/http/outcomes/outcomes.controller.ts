import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import type { MessageView } from '../../../application/auditing/message-view.js';
import { ResolveOutcome } from '../../../application/sending/resolve-outcome.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { idempotencyKeyOf } from '../messages/idempotency-key.js';
import { messageIdOf } from '../messages/message-id.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { ResolveOutcomeDto } from './outcomes.dto.js';
import { DescribeResolve } from './outcomes.openapi.js';

/** What a person decides about one message that is stuck or over. */
@Controller('v1/messages/:id')
export class OutcomesController {
  constructor(@Inject(ResolveOutcome) private readonly resolveOutcome: ResolveOutcome) {}

  @Post('resolve')
  @HttpCode(200)
  @RequiresScope('send')
  @TakesBody()
  @DescribeResolve()
  resolve(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
  ): Promise<MessageView> {
    const [decision, key] = readTogether(
      () => validate(ResolveOutcomeDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    return this.resolveOutcome.execute(messageIdOf(id), decision, { actor }, key);
  }
}
