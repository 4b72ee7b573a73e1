import { refused, type SmsGateway } from '../../application/ports/sms-gateway.js';
import { pushServiceOf } from '../../domain/contacts/push-address.js';
import type { PushConfig } from './push-config.js';

/** Sends push messages. Each service's library is loaded with its first message. */
export function pushGatewayFor({ webPush, fcm }: PushConfig): SmsGateway {
  let browsers: Promise<SmsGateway> | undefined;
  let apps: Promise<SmsGateway> | undefined;
  return {
    async send(request) {
      if (pushServiceOf(request.to) === 'web-push') {
        if (webPush === null) return notSetUp('Web Push');
        browsers ??= import('./web-push-gateway.js').then(
          ({ WebPushGateway }) => new WebPushGateway(webPush),
        );
        return (await browsers).send(request);
      }
      if (fcm === null) return notSetUp('Firebase Cloud Messaging');
      apps ??= import('./fcm-gateway.js').then(({ FcmGateway }) => new FcmGateway(fcm));
      return (await apps).send(request);
    },
  };
}

const notSetUp = (service: string) =>
  refused('configuration', `${service} is not set up any more.`, 'push-not-set-up');
