import type { Type } from '@nestjs/common';
import { InboundController } from './inbound.controller.js';
import { MessageListController } from './message-list.controller.js';
import { ReportsController } from './reports.controller.js';
import { SetAsideController } from './set-aside.controller.js';
import { StreamController } from './stream.controller.js';

/** The controllers that answer questions about many messages. */
export const reportingControllers: readonly Type[] = [
  MessageListController,
  ReportsController,
  InboundController,
  StreamController,
  SetAsideController,
];
