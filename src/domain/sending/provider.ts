/** Those who take messages from Waybill. Each has a pace and holds of its own. */
export const providers = ['vonage', 'email', 'web-push', 'fcm'] as const;
export type Provider = (typeof providers)[number];

/** The providers beside Vonage. */
export type DirectProvider = Exclude<Provider, 'vonage'>;

/** The provider of a channel. The sender of a push message is its service. */
export function providerOf(channel: string, from: string): Provider {
  if (channel === 'email') return 'email';
  if (channel !== 'push') return 'vonage';
  return from === 'web-push' ? 'web-push' : 'fcm';
}

/** Names of the providers in sentences. */
export const providerNames: Readonly<Record<Provider, string>> = {
  vonage: 'Vonage',
  email: 'the mail server',
  'web-push': 'the push services of browsers',
  fcm: 'Firebase Cloud Messaging',
};
