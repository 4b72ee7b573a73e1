import type { IncomingMessage } from 'node:http';
import webPush from 'web-push';
import {
  refused,
  type AttemptOutcome,
  type AttemptRequest,
  type SmsGateway,
} from '../../application/ports/sms-gateway.js';
import { subscriptionOf, type PushSubscription } from '../../domain/contacts/push-address.js';
import { isForbiddenAddress, isLocalName, literalOf } from '../guarded-http/forbidden-address.js';
import { GuardedHttp } from '../guarded-http/guarded-http.js';
import { timeLimitSignal } from '../guarded-http/time-limit-signal.js';
import { PUSH_CALL_MS_MAX, PUSH_TTL_SECONDS, type WebPushConfig } from './push-config.js';
import { pauseMsIn, textOf, topicOf, unanswered } from './push-outcomes.js';

const SERVICE = 'The push service';

/** Host and path of the push services of Chrome and its kin, Firefox, Safari and Windows. Google has other services at that host. */
const ofBrowsers =
  /^fcm\.googleapis\.com\/(?:fcm\/send|wp)\/|^(?:[^/]+\.)?(?:push\.services\.mozilla\.com|push\.apple\.com|notify\.windows\.com)\//;

/**
 * True for a service that many subscriptions share, or whose address shows that it is in the operator's own network: a private
 * address, a name in .local or .internal, or one without a dot. A subscription comes from
 * somebody's browser, so any other host may be that person's: what it says must not stop the messages of others.
 */
function isShared(endpoint: string): boolean {
  const { hostname, pathname } = new URL(endpoint);
  const literal = literalOf(hostname);
  if (literal !== undefined) return isForbiddenAddress(literal);
  return isLocalName(hostname) || ofBrowsers.test(hostname + pathname);
}

/** Sends to browsers (RFC 8030, 8291, 8292). The library encrypts and signs; the guarded client posts. */
export class WebPushGateway implements SmsGateway {
  private readonly http: GuardedHttp;

  constructor(
    private readonly config: WebPushConfig,
    private readonly timeoutMs = PUSH_CALL_MS_MAX,
  ) {
    this.http = new GuardedHttp(config);
  }

  async send(request: AttemptRequest): Promise<AttemptOutcome> {
    const subscription = subscriptionOf(request.to);
    const topic = topicOf(request);
    const fault = this.http.addressFault(subscription?.endpoint ?? '');
    if (subscription === undefined || fault !== undefined) {
      return refused(
        'permanent',
        'The address of the subscription cannot be used.',
        'webpush-address',
      );
    }
    const details = this.detailsFor(subscription, request);
    if (details === undefined) {
      return refused('permanent', 'The key of the subscription cannot be used.', 'webpush-key');
    }
    const { endpoint, headers, body } = details;
    let isConnected = false;
    try {
      const response = await this.http.post(
        new URL(endpoint),
        headers,
        body,
        timeLimitSignal(this.timeoutMs),
        () => (isConnected = true),
      );
      // Nothing in it is used, but the connection is needed again.
      await textOf(response).catch(() => undefined);
      return outcomeOf(response, topic, isShared(endpoint));
    } catch {
      return unanswered(SERVICE, isConnected);
    }
  }

  /** Undefined where the subscription's key is no point of the curve, so that nothing can be encrypted for it. */
  private detailsFor(subscription: PushSubscription, request: AttemptRequest) {
    try {
      return webPush.generateRequestDetails(subscription, payloadOf(request), {
        vapidDetails: this.config,
        TTL: request.ttlSeconds ?? PUSH_TTL_SECONDS,
        urgency: 'high',
        topic: topicOf(request),
        contentEncoding: webPush.supportedContentEncodings.AES_128_GCM,
      });
    } catch {
      return undefined;
    }
  }
}

/** For the service worker that shows it. With the id, an app can leave out what it has shown. */
const payloadOf = ({ subject, text, clientRef }: AttemptRequest): string =>
  JSON.stringify({ title: subject ?? null, body: text, messageId: clientRef.split('.')[0] });

function outcomeOf(response: IncomingMessage, topic: string, isOfMany: boolean): AttemptOutcome {
  const { statusCode: status = 0 } = response;
  if (status >= 200 && status < 300) {
    return { kind: 'accepted', messageUuid: null, externalId: `topic ${topic}` };
  }
  const code = `webpush-${status}`;
  // The name of an answer that holds and slows nothing else.
  const other = `webpush-other-${status}`;
  const words = (sentence: string): string => `${sentence} (HTTP ${status}).`;
  // 406 is how Microsoft's service asks for a slower pace.
  if (status === 429 || status === 406 || status >= 500) {
    const reason = words('The push service asks us to try again later');
    return refused('transient', reason, isOfMany ? code : other, pauseMsIn(response));
  }
  if (status === 404 || status === 410) {
    return refused('permanent', words('The subscription has ended: forget it'), code);
  }
  if (status === 401) {
    const reason = words('The push service does not accept our VAPID keys');
    return isOfMany ? refused('configuration', reason, code) : refused('permanent', reason, other);
  }
  if (status === 403) {
    // RFC 8292, 4.2. It says nothing about other subscriptions.
    return refused('permanent', words('The subscription was made for another VAPID key'), code);
  }
  return refused('permanent', words('The push service refused the message for good'), code);
}
