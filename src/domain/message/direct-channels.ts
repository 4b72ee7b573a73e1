/**
 * Channels that Waybill serves itself, beside Vonage. Only a fallback step uses them. Their servers take a message, and
 * never tell whether a person got it.
 */
export const directChannels = ['email', 'push'] as const;
export type DirectChannel = (typeof directChannels)[number];

/**
 * Time limits of one call, milliseconds. A mail server may take minutes to answer the end of a text (RFC 5321, 4.5.3.2.6).
 * A push message may need a token first.
 */
export const directCallMsMax: Readonly<Record<DirectChannel, number>> = {
  email: 180_000,
  push: 30_000,
};

const known: ReadonlySet<string> = new Set(directChannels);

export const isDirect = (channel: string): channel is DirectChannel => known.has(channel);

/** Names the party that takes or refuses an attempt on a channel, for sentences. */
export function takerOf(channel: string): string {
  if (channel === 'email') return 'the mail server';
  return channel === 'push' ? 'the push service' : 'Vonage';
}

/** True for the channels that end at a carrier; others end at the server of an app. */
export const isCarried = (channel: string): boolean => ['sms', 'mms', 'rcs'].includes(channel);
