import type { Messages } from '@vonage/messages';
import type { AttemptRequest } from '../../application/ports/sms-gateway.js';

/** The argument of the SDK's `send`. It writes the names in snake case. */
type VonageMessage = Parameters<Messages['send']>[0];

/** The SDK lists the languages of its time; WhatsApp decides. */
type WhatsAppLanguage = Extract<
  VonageMessage,
  { template: unknown; whatsapp: unknown }
>['whatsapp']['locale'];

/**
 * Builds a text message for any channel. A plain object, because the SDK's message classes drop some fields.
 *
 * The client ref names message and attempt in every webhook. `webhookVersion` is set because the account could be set
 * to the older form.
 */
export function vonageMessageFor(request: AttemptRequest): VonageMessage {
  const { channel, to, from, clientRef } = request;
  return {
    channel,
    ...contentOf(request),
    to,
    from,
    clientRef,
    webhookVersion: 'v1',
    ...lifetime(request),
    ...(channel === 'sms' && request.encoding !== 'auto'
      ? { sms: { encodingType: request.encoding } }
      : {}),
  };
}

/** A template's only policy is `deterministic`: it is sent in its language or not at all. */
const contentOf = ({ text, template }: AttemptRequest) =>
  template === undefined
    ? { messageType: 'text' as const, text }
    : {
        messageType: 'template' as const,
        template: { name: template.name, parameters: [...template.parameters] },
        whatsapp: {
          policy: 'deterministic' as const,
          locale: template.language as WhatsAppLanguage,
        },
      };

/** Seconds that Vonage takes as `ttl`, by channel: Messages API specification 1.20.0. Others take none. */
const ttlSecondsBounds: Readonly<Record<string, { readonly min: number; readonly max: number }>> = {
  sms: { min: 20, max: 604_800 },
  mms: { min: 300, max: 259_200 },
  rcs: { min: 20, max: 259_200 },
  viber_service: { min: 30, max: 259_200 },
};

/** Clamps the lifetime to the channel's bounds, because a message that lives a little longer is better than none. */
function lifetime({ channel, ttlSeconds }: AttemptRequest): object {
  const bounds = Object.hasOwn(ttlSecondsBounds, channel) ? ttlSecondsBounds[channel] : undefined;
  if (ttlSeconds === null || bounds === undefined) return {};
  const ttl = Math.min(bounds.max, Math.max(bounds.min, Math.round(ttlSeconds)));
  return channel === 'viber_service' ? { viberService: { ttl } } : { ttl };
}
