import { Body, Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import {
  PreviewMessage,
  type MessagePreview,
} from '../../../application/sending/preview-message.js';
import { SendMessage } from '../../../application/sending/send-message.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { callerOf } from '../auth/caller-of.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { FaultRoom } from '../problems/fault-room.js';
import { problemType } from '../problems/problem.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { composeBody } from './compose-body.js';
import { DescribePreview } from './preview.openapi.js';

/** A preview that names a refusal as the problem document of a send would. */
export type ShownPreview = Omit<MessagePreview, 'refusal'> & {
  readonly refusal: { readonly type: string; readonly detail: string } | null;
};

/** Shows the effect of a send, before anything is recorded or costs money. */
@Controller('v1/messages/preview')
export class PreviewController {
  constructor(
    @Inject(SendMessage) private readonly sendMessage: SendMessage,
    @Inject(PreviewMessage) private readonly previewMessage: PreviewMessage,
  ) {}

  @Post()
  @HttpCode(200)
  @RequiresScope('send')
  @TakesBody()
  @DescribePreview
  async preview(
    @Body() body: unknown,
    @Query() query: RawQuery,
    @Req() request: AuthenticatedRequest,
  ): Promise<ShownPreview> {
    refuseParameters(query);
    const composition = composeBody(body, this.sendMessage.compose);
    const { refusal, ...preview } = await this.previewMessage.execute(
      composition,
      callerOf(request),
    );
    return {
      ...preview,
      refusal: refusal && { type: problemType(refusal.code), detail: refusal.detail },
      faults: new FaultRoom().fit(preview.faults),
    };
  }
}
