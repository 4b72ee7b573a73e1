import { Module, type DynamicModule } from '@nestjs/common';
import { VonageSmsGateway, type VonageGatewayConfig } from './vonage-sms-gateway.js';

export const SMS_GATEWAY = Symbol('SmsGateway');

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
