const words: Readonly<Record<string, string>> = {
  sms: 'SMS',
  mms: 'MMS',
  rcs: 'RCS',
  whatsapp: 'WhatsApp',
  viber_service: 'Viber',
  messenger: 'Messenger',
  email: 'E-mail',
  push: 'Push',
};

const nouns: Readonly<Record<string, string>> = {
  whatsapp: 'WhatsApp message',
  viber_service: 'Viber message',
  messenger: 'Messenger message',
  email: 'e-mail',
  push: 'notification',
};

/** Returns the noun for a message on the channel, such as `text` or `e-mail`. */
export const nounOf = (channel: string): string => nouns[channel] ?? 'text';

/** The channel as people call it. */
export const channelWord = (channel: string): string => words[channel] ?? channel;

/** Returns the server that accepted or refused an attempt, read from its event's `code` or `externalId`. */
export function takerOf(details: Readonly<Record<string, unknown>>): string {
  const name = details['code'] ?? details['externalId'];
  if (typeof name !== 'string') return 'Vonage';
  return /^(smtp-|email-|<)/.test(name) ? 'The mail server' : 'The push service';
}
