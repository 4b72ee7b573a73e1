import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { WEBHOOK_SENDER } from '../../application/port-tokens.js';
import type { GuardSettings } from '../guarded-http/guarded-http.js';
import { HttpWebhookSender } from './http-webhook-sender.js';

/** Posts outgoing webhooks. */
@Module({})
export class OutgoingWebhooksModule implements OnApplicationShutdown {
  constructor(@Inject(WEBHOOK_SENDER) private readonly sender: HttpWebhookSender) {}

  static for(settings: GuardSettings): DynamicModule {
    return {
      module: OutgoingWebhooksModule,
      providers: [{ provide: WEBHOOK_SENDER, useFactory: () => new HttpWebhookSender(settings) }],
      exports: [WEBHOOK_SENDER],
    };
  }

  onApplicationShutdown(): void {
    this.sender.close();
  }
}
