import { Module, type DynamicModule } from '@nestjs/common';
import { PROVIDER_REPORTS, SMS_GATEWAY } from '../../application/port-tokens.js';
import type { SmsGateway } from '../../application/ports/sms-gateway.js';
import { VonageReports, type VonageAccountConfig } from './reports/vonage-reports.js';
import { VonageSmsGateway, type VonageGatewayConfig } from './vonage-sms-gateway.js';

@Module({})
export class VonageModule {
  /** @param observed wraps the gateway with an observer */
  static for(
    config: VonageGatewayConfig & VonageAccountConfig,
    observed: (gateway: SmsGateway) => SmsGateway,
  ): DynamicModule {
    return {
      module: VonageModule,
      providers: [
        { provide: SMS_GATEWAY, useFactory: () => observed(new VonageSmsGateway(config)) },
        { provide: PROVIDER_REPORTS, useFactory: () => new VonageReports(config) },
      ],
      exports: [SMS_GATEWAY, PROVIDER_REPORTS],
    };
  }
}
