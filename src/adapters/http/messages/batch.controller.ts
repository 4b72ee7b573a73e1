import { Body, Controller, Headers, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { Response } from 'express';
import { SendMessage, type Caller } from '../../../application/sending/send-message.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { RETRY_AFTER_SECONDS, toProblem, type Problem } from '../problems/problem.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { readTogether, validate } from '../validate.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { DescribeBatch } from './messages.openapi.js';
import { readDraft } from './read-draft.js';
import { answerOf, type SendAnswer } from './send-answer.js';
import { SendMessageDto } from './send-message.dto.js';

export const BATCH_MESSAGES_MAX = 1_000;

export class BatchDto {
  @ApiProperty({
    type: 'array',
    items: { $ref: getSchemaPath(SendMessageDto) },
    minItems: 1,
    maxItems: BATCH_MESSAGES_MAX,
  })
  @ArrayMaxSize(BATCH_MESSAGES_MAX, {
    message: `messages must be ${BATCH_MESSAGES_MAX} messages at most`,
  })
  @ArrayMinSize(1, { message: 'messages must be one message at least' })
  @IsArray()
  readonly messages!: unknown[];
}

/** What became of one message of a batch. */
export interface BatchItem {
  readonly index: number;
  readonly status: number;
  readonly message?: SendAnswer;
  readonly problem?: Problem;
}

/** Many messages in one request; each stands or falls alone. */
@Controller('v1/messages/batch')
export class BatchController {
  constructor(@Inject(SendMessage) private readonly sendMessage: SendMessage) {}

  @Post()
  @RequiresScope('send')
  @DescribeBatch()
  async send(
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() { actor }: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ readonly items: readonly BatchItem[] }> {
    const [{ messages }, key] = readTogether(
      () => validate(BatchDto, body),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    const items = await Promise.all(
      messages.map((message, index) =>
        this.sendOne(message, index, { actor }, key && keyOfItem(key, index)),
      ),
    );
    const status = statusOf(items);
    response.status(status);
    if (status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    return { items };
  }

  private async sendOne(
    body: unknown,
    index: number,
    caller: Caller,
    key: string | undefined,
  ): Promise<BatchItem> {
    try {
      const draft = readDraft(body, (sound) => this.sendMessage.faultsOf(sound));
      const message = answerOf(await this.sendMessage.execute(draft, caller, key));
      return { index, status: 202, message };
    } catch (error) {
      const problem = toProblem(error);
      return { index, status: problem.status, problem };
    }
  }
}

/** A key of one message cannot have this form, because a header cannot hold a NUL. */
const keyOfItem = (key: string, index: number): string => `${key}\u0000${index}`;

/** 202 when all were recorded, 503 when none could be for a reason of ours, otherwise 207: look at each. */
function statusOf(items: readonly BatchItem[]): number {
  if (items.every(({ status }) => status === 202)) return 202;
  return items.every(({ status }) => status === 503) ? 503 : 207;
}
