/** The identity of this service towards push services (RFC 8292). */
export interface WebPushConfig {
  /** `mailto:` or `https:`, where a push service finds us. */
  readonly subject: string;
  /** Base64url. */
  readonly publicKey: string;
  readonly privateKey: string;
  /** True: push services may have private addresses. The sender of a message chooses the service. */
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
/** The time for which a push service keeps a message for an absent device, unless the message names one. */
export const PUSH_TTL_SECONDS = 86_400;
