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
  Res,
} from '@nestjs/common';
import type { Response } from 'express';
import type { MessageView } from '../../../application/auditing/message-view.js';
import { ResendMessage } from '../../../application/sending/resend-message.js';
import { ResolveOutcome } from '../../../application/sending/resolve-outcome.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { RequiresScopeToSend } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { idempotencyKeyOf } from '../messages/idempotency-key.js';
import { messageIdOf } from '../messages/message-id.js';
import { withoutText } from '../messages/hidden-text.js';
import { answerOf, type SendAnswer } from '../messages/send-answer.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { ResendMessageDto, ResolveOutcomeDto } from './outcomes.dto.js';
import { DescribeResend, DescribeResolve } from './outcomes.openapi.js';

/** Decisions of a person about one message that is stuck or over. */
@Controller('v1/messages/:id')
export class OutcomesController {
  constructor(
    @Inject(ResolveOutcome) private readonly resolveOutcome: ResolveOutcome,
    @Inject(ResendMessage) private readonly resendMessage: ResendMessage,
  ) {}

  @Post('resolve')
  @HttpCode(200)
  @RequiresScopeToSend()
  @TakesBody()
  @DescribeResolve
  async resolve(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<MessageView> {
    const [decision, key] = readTogether(
      () => validate(ResolveOutcomeDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    const caller = callerOf(request);
    const { message } = await this.resolveOutcome.execute(messageIdOf(id), decision, caller, key);
    return withoutText(message, request);
  }

  @Post('resend')
  @HttpCode(202)
  @RequiresScopeToSend()
  @TakesBody()
  @DescribeResend
  async resend(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    const [{ reason }, key] = readTogether(
      () => validate(ResendMessageDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    const options = { idempotencyKey: key };
    const caller = callerOf(request);
    const sent = await this.resendMessage.execute(messageIdOf(id), reason, caller, options);
    response.setHeader('Location', `/v1/messages/${sent.messageId}`);
    if (sent.repeated) response.setHeader('Idempotency-Replayed', 'true');
    return answerOf(sent);
  }
}
