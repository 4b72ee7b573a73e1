import { Module, type DynamicModule } from '@nestjs/common';
import { SMS_GATEWAY } from '../../application/port-tokens.js';
import { VonageSmsGateway, type VonageGatewayConfig } from './vonage-sms-gateway.js';

@Module({})
export class VonageModule {
  static for(config: VonageGatewayConfig): DynamicModule {
    return {
      module: VonageModule,
      providers: [{ provide: SMS_GATEWAY, useFactory: () => new VonageSmsGateway(config) }],
      exports: [SMS_GATEWAY],
    };
  }
}
