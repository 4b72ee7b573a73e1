/** How this service shows push services who it is (RFC 8292). */
export interface WebPushConfig {
  /** `mailto:` or `https:`, where a push service finds us. */
  readonly subject: string;
  /** Base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whoever sends a message names the push service, so the guard of outgoing webhooks applies. */
  readonly allowsPrivateNetworks: boolean;
}

/** A service account of Google, as in its JSON file. */
export interface FcmConfig {
  readonly projectId: string;
  readonly clientEmail: string;
  /** PEM. */
  readonly privateKey: string;
  readonly privateKeyId: string | null;
  readonly tokenUri: string;
  readonly apiHost: string;
}

/** Null: that service is not set up. */
export interface PushConfig {
  readonly webPush: WebPushConfig | null;
  readonly fcm: FcmConfig | null;
}

/** Time limit of one call. */
export const PUSH_CALL_MS_MAX = 15_000;
/** How long a push service keeps a message whose device is away, where the message says nothing. */
export const PUSH_TTL_SECONDS = 86_400;
