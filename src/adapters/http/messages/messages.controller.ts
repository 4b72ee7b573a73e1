import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Response } from 'express';
import { ReadMessage } from '../../../application/auditing/read-message.js';
import type { MessageView } from '../../../application/auditing/message-view.js';
import { AwaitOutcome } from '../../../application/sending/await-outcome.js';
import { CancelMessage } from '../../../application/sending/cancel-message.js';
import { requireSound } from '../../../application/sending/compose-request.js';
import { SendMessage } from '../../../application/sending/send-message.js';
import type { Logger } from '../../../application/ports/logger.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { AUDIT_LOG } from '../auth/audit-log.js';
import { RequiresScope, RequiresScopeToSend } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { QueryReader, refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether } from '../validate.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { checkOverride } from '../contacts/override-opt-out.js';
import { withoutText } from './hidden-text.js';
import { messageIdOf } from './message-id.js';
import { DescribeCancel, DescribeRead, DescribeSend } from './messages.openapi.js';
import { waitSecondsOf } from './prefer.js';
import { composeBody } from './compose-body.js';
import { answerAfterWaiting, answerOf, type SendAnswer } from './send-answer.js';

/** One message: send it, read it, cancel it. */
@Controller('v1/messages')
export class MessagesController implements OnModuleDestroy {
  constructor(
    @Inject(SendMessage) private readonly sendMessage: SendMessage,
    @Inject(AwaitOutcome) private readonly awaitOutcome: AwaitOutcome,
    @Inject(ReadMessage) private readonly readMessage: ReadMessage,
    @Inject(CancelMessage) private readonly cancelMessage: CancelMessage,
    @Inject(AUDIT_LOG) private readonly audit: Logger,
  ) {}

  onModuleDestroy(): void {
    this.awaitOutcome.stop();
  }

  @Post()
  @HttpCode(202)
  @RequiresScopeToSend()
  @TakesBody()
  @DescribeSend
  async send(
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SendAnswer> {
    const [message, key] = readTogether(
      () => requireSound(composeBody(body, this.sendMessage.compose)),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    checkOverride(message, request);
    const sent = await this.sendMessage.execute(message, callerOf(request), key);
    response.setHeader('Location', `/v1/messages/${sent.messageId}`);
    if (sent.repeated) response.setHeader('Idempotency-Replayed', 'true');
    const waitSeconds = waitSecondsOf(prefer);
    if (waitSeconds === undefined) return answerOf(sent);
    response.setHeader('Preference-Applied', `wait=${waitSeconds}`);
    return answerAfterWaiting(sent, await this.awaitOutcome.execute(sent.messageId, waitSeconds));
  }

  @Get(':id')
  @RequiresScope('read')
  @DescribeRead
  async read(
    @Param('id') id: string,
    @Query() raw: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<MessageView> {
    const { actor, isPerson = false } = request;
    const query = new QueryReader(raw);
    const atMs = query.time('at');
    const isShown = query.oneOf('text', ['shown']) !== undefined;
    query.end();
    const at = atMs === undefined ? undefined : new Date(atMs);
    const message = await this.readMessage.execute(messageIdOf(id), at);
    if (!isPerson || !isShown) return withoutText(message, request);
    this.audit.info({ actor, messageId: message.id }, 'A person looked at the text of a message.');
    return message;
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @RequiresScope('send')
  @DescribeCancel
  async cancel(
    @Param('id') id: string,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<MessageView> {
    refuseParameters(query);
    const { actor } = request;
    return withoutText(await this.cancelMessage.execute(messageIdOf(id), { actor }), request);
  }
}
