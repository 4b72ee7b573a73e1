import type { AddressResult } from './address-result.js';

/** `web-push`: a browser's subscription. `fcm`: a token of Firebase Cloud Messaging. */
export type PushService = 'web-push' | 'fcm';

export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

const ENDPOINT_CHARACTERS_MAX = 1_500;
/** A point of P-256 without compression, and 16 bytes (RFC 8291), in base64url without padding. */
const publicKey = /^[\w-]{87}$/;
const secret = /^[\w-]{22}$/;
/** Tokens have about 160 characters; how many is not promised. */
const token = /^[\w:.%-]{20,2000}$/;

/** The service that knows an address, which was read before. */
export const pushServiceOf = (address: string): PushService =>
  address.startsWith('{') ? 'web-push' : 'fcm';

/** Reads the JSON text of a browser's `PushSubscription`, or a token of Firebase Cloud Messaging. */
export function parsePushAddress(text: string): AddressResult {
  const plain = text.trim();
  if (!plain.startsWith('{')) {
    return token.test(plain)
      ? found(plain)
      : refused(
          'is neither the text of JSON.stringify(subscription) of a browser nor a token of an app',
        );
  }
  const subscription = subscriptionOf(plain);
  return subscription === undefined
    ? refused('is no subscription: give the text of JSON.stringify(subscription)')
    : found(JSON.stringify(subscription));
}

/** Undefined when the text is none. */
export function subscriptionOf(text: string): PushSubscription | undefined {
  const { endpoint, keys } = objectIn(text);
  if (typeof endpoint !== 'string' || endpoint.length > ENDPOINT_CHARACTERS_MAX) return undefined;
  const { protocol } = URL.parse(endpoint) ?? {};
  if (protocol !== 'https:' && protocol !== 'http:') return undefined;
  const { p256dh, auth } = (keys ?? {}) as Unread;
  if (typeof p256dh !== 'string' || typeof auth !== 'string') return undefined;
  // Browsers leave the padding out; some libraries do not.
  const key = p256dh.replace(/=+$/, '');
  const word = auth.replace(/=+$/, '');
  if (!publicKey.test(key) || !secret.test(word)) return undefined;
  return { endpoint, keys: { p256dh: key, auth: word } };
}

type Unread = Readonly<Record<string, unknown>>;

function objectIn(text: string): Unread {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const found = (address: string): AddressResult => ({ ok: true, address, country: null });
const refused = (reason: string): AddressResult => ({ ok: false, reason });
