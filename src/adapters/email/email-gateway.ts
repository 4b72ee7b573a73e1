import type { SmsGateway } from '../../application/ports/sms-gateway.js';
import type { EmailConfig } from './email-config.js';

/** Sends e-mail. The mail library is loaded with the first one, because most services never send any. */
export function emailGatewayFor(config: EmailConfig): SmsGateway {
  let loading: Promise<SmsGateway> | undefined;
  return {
    async send(request) {
      loading ??= import('./smtp-email-gateway.js').then(
        ({ SmtpEmailGateway }) => new SmtpEmailGateway(config),
      );
      return (await loading).send(request);
    },
  };
}
