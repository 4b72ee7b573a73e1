import { Body, Controller, Headers, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { InvalidRequest } from '../../../application/errors.js';
import { requireSound } from '../../../application/sending/compose-request.js';
import { SendMessage } from '../../../application/sending/send-message.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBytes } from '../bodies/takes-body.js';
import { FaultRoom } from '../problems/fault-room.js';
import { RETRY_AFTER_SECONDS, toProblem, type Problem } from '../problems/problem.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { loopTurns } from '../turns/loop-turns.js';
import { readTogether } from '../validate.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { DescribeBatch } from './messages.openapi.js';
import { checkOverride } from '../contacts/override-opt-out.js';
import { readBatch, type ReadBatch, type ReadItem } from './read-batch.js';
import { composeBody } from './compose-body.js';
import { answerOf, type SendAnswer } from './send-answer.js';

/** Room for a thousand messages with long texts. */
const BATCH_BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The result of one message of a batch. */
export interface BatchItem {
  readonly index: number;
  readonly status: number;
  readonly message?: SendAnswer;
  readonly problem?: Problem;
}

/** Many messages in one request; each succeeds or fails alone. */
@Controller('v1/messages/batch')
export class BatchController {
  constructor(@Inject(SendMessage) private readonly sendMessage: SendMessage) {}

  @Post()
  @RequiresScope('send')
  @TakesBytes(BATCH_BODY_BYTES_MAX)
  @DescribeBatch
  async send(
    @Body() body: Buffer,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ readonly items: readonly BatchItem[] }> {
    const batch = await readBatch(
      body,
      (message) => requireSound(composeBody(message, this.sendMessage.compose)),
      new FaultRoom(),
    );
    const [read, key] = readTogether(
      () => soundItems(batch),
      () => idempotencyKeyOf(idempotencyKey),
      () => refuseParameters(query),
    );
    const sending: Promise<BatchItem>[] = [];
    for (const [index, item] of read.entries()) {
      sending.push(this.sendOne(item, index, request, key && keyOfItem(key, index)));
      await loopTurns.giveWay();
    }
    const items = await Promise.all(sending);
    const status = statusOf(items);
    response.status(status);
    if (status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
    return { items };
  }

  private async sendOne(
    item: ReadItem,
    index: number,
    request: AuthenticatedRequest,
    key: string | undefined,
  ): Promise<BatchItem> {
    if (item.problem !== undefined) return failed(index, item.problem);
    try {
      checkOverride(item.message, request);
      const message = answerOf(
        await this.sendMessage.execute(item.message, callerOf(request), key),
      );
      return { index, status: 202, message };
    } catch (error) {
      return failed(index, toProblem(error));
    }
  }
}

const failed = (index: number, problem: Problem): BatchItem => ({
  index,
  status: problem.status,
  problem,
});

/** @throws InvalidRequest for faults of the body as a whole */
function soundItems({ items, faults }: ReadBatch): readonly ReadItem[] {
  if (faults.length > 0) throw new InvalidRequest(faults);
  return items;
}

/** The key of a single message never has this form, because a header cannot hold a NUL. */
const keyOfItem = (key: string, index: number): string => `${key}\u0000${index}`;

/** Returns 202 when all were recorded, 503 when none could be for a reason of ours, otherwise 207: look at each. */
function statusOf(items: readonly BatchItem[]): number {
  if (items.every(({ status }) => status === 202)) return 202;
  return items.every(({ status }) => status === 503) ? 503 : 207;
}
