import { Body, Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import {
  PreviewMessage,
  type MessagePreview,
} from '../../../application/sending/preview-message.js';
import { SendMessage } from '../../../application/sending/send-message.js';
import { RequiresScope } from '../auth/requires-scope.js';
import { TakesBody } from '../bodies/takes-body.js';
import { FaultRoom } from '../problems/fault-room.js';
import { refuseParameters, type RawQuery } from '../reporting/query-reader.js';
import { composeBody } from './compose-body.js';
import { DescribePreview } from './preview.openapi.js';

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
  @DescribePreview()
  async preview(@Body() body: unknown, @Query() query: RawQuery): Promise<MessagePreview> {
    refuseParameters(query);
    const preview = await this.previewMessage.execute(composeBody(body, this.sendMessage.compose));
    return { ...preview, faults: new FaultRoom().fit(preview.faults) };
  }
}
