import { parseRecipient, parseSenderAddress } from '../../domain/contacts/address.js';
import type { DefaultCountry } from '../../domain/contacts/phone-number.js';
import { pushServiceOf, type PushService } from '../../domain/contacts/push-address.js';
import { isDirect, type DirectChannel } from '../../domain/message/direct-channels.js';
import type {
  Encoding,
  FallbackStep,
  MessageTemplate,
} from '../../domain/message/message-events.js';
import { segmentsOf } from '../../domain/segments.js';
import type { Fault } from '../errors.js';
import { checkText } from './check-text.js';

/** A caller's fallback step, typed but not yet validated. */
export interface FallbackDraft {
  readonly channel: string;
  readonly when: 'failure' | 'unconfirmed';
  /** Needed on Vonage's channels. */
  readonly from?: string;
  readonly to?: string;
  readonly text?: string;
  readonly subject?: string;
  readonly template?: MessageTemplate;
}

/** The channels beside Vonage for which this service has a server. */
export interface DirectChannels {
  /** The address from which e-mail is sent; null: there is no mail server. */
  readonly email: string | null;
  /** The push services that are set up. */
  readonly push: readonly PushService[];
}

export const noDirectChannels: DirectChannels = { email: null, push: [] };

/** The fields of the message that its fallback steps depend on. */
export interface StepSurroundings {
  /** Null: it has a fault, which is named there. */
  readonly to: string | null;
  /** Null: it is empty, which is named there. */
  readonly text: string | null;
  readonly channel: string;
  readonly encoding: Encoding;
  readonly country: DefaultCountry;
  readonly direct: DirectChannels;
}

/** Reads one step of the fallback plan, and adds its faults. */
export function composeFallback(
  step: FallbackDraft,
  message: StepSurroundings,
  pointer: string,
  faults: Fault[],
): FallbackStep {
  const { channel } = step;
  const fault = (field: string, detail: string): void => {
    faults.push({
      pointer: `${pointer}/${field}`,
      detail: `${pointer.slice(1)}/${field} ${detail}`,
    });
  };
  /** @param written null or undefined: what lacks has been named */
  const addressIn = (
    field: string,
    written: string | null | undefined,
    parse: typeof parseRecipient,
  ): string => {
    if (written === null || written === undefined) return '';
    const result = parse(written, channel, message.country);
    if (result.ok) return result.address;
    fault(field, result.reason);
    return '';
  };
  const text = step.text ?? message.text;
  if (text !== null) checkText(text, channel, `${pointer}/text`, faults);
  const isFirstSms = channel === 'sms' && (step.text !== undefined || message.channel !== 'sms');
  if (text !== null && isFirstSms) {
    const segments = segmentsOf(text, message.encoding);
    if (!segments.ok) fault('text', segments.reason);
  }
  if (step.subject !== undefined && !isDirect(channel)) {
    fault('subject', `is for email and push; ${channel} has none`);
  }
  if (step.template !== undefined && channel !== 'whatsapp') {
    fault('template', `is for whatsapp; ${channel} has none`);
  }
  const from = senderOf(step, message.direct);
  if (from === null) fault('channel', `is not set up here: ${NEEDED[channel as DirectChannel]}`);
  if (from === undefined) fault('from', `is missing: ${channel} needs a sender`);
  if (channel === 'push' && step.from !== undefined) {
    fault('from', 'is not for push: the address tells the service');
  }
  if (isDirect(channel) && step.to === undefined) fault('to', RECIPIENT_MISSING[channel]);
  const to = isDirect(channel) ? step.to : (step.to ?? message.to);
  return {
    channel,
    when: step.when,
    from: addressIn('from', from, parseSenderAddress),
    to: addressIn('to', to, parseRecipient),
    text: step.text ?? null,
    ...(step.subject === undefined ? {} : { subject: step.subject }),
    // Without the class of a body's part, so that a repeat equals what was recorded.
    ...(step.template === undefined ? {} : { template: { ...step.template } }),
  };
}

const NEEDED: Readonly<Record<DirectChannel, string>> = {
  email: 'email needs SMTP_URL and EMAIL_FROM',
  push: 'a browser needs the VAPID_ variables, an app FCM_SERVICE_ACCOUNT',
};

const RECIPIENT_MISSING: Readonly<Record<DirectChannel, string>> = {
  email: 'is missing: an e-mail needs an address',
  push: 'is missing: push needs a subscription or a token',
};

/** @returns null for a channel without a server, undefined for one of Vonage, where every step names its sender */
function senderOf(
  { channel, from, to }: FallbackDraft,
  direct: DirectChannels,
): string | null | undefined {
  if (channel === 'email') return direct.email === null ? null : (from ?? direct.email);
  if (channel !== 'push') return from;
  const parsed = parseRecipient(to ?? '', channel, null);
  const [anyService = null] = direct.push;
  // The address has the fault then.
  if (!parsed.ok) return anyService;
  const service = pushServiceOf(parsed.address);
  return direct.push.includes(service) ? service : null;
}
