import { Module, type DynamicModule } from '@nestjs/common';
import { PROVIDER_REPORTS, SMS_GATEWAY } from '../../application/port-tokens.js';
import { VonageReports, type VonageAccountConfig } from './reports/vonage-reports.js';
import { VonageSmsGateway, type VonageGatewayConfig } from './vonage-sms-gateway.js';

@Module({})
export class VonageModule {
  static for(config: VonageGatewayConfig & VonageAccountConfig): DynamicModule {
    return {
      module: VonageModule,
      providers: [
        { provide: SMS_GATEWAY, useFactory: () => new VonageSmsGateway(config) },
        { provide: PROVIDER_REPORTS, useFactory: () => new VonageReports(config) },
      ],
      exports: [SMS_GATEWAY, PROVIDER_REPORTS],
    };
  }
}
