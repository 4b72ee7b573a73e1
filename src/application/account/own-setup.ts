/** The settings of this service that the check compares with the account. */
export interface OwnSetup {
  /** PEM of the public half of VONAGE_PRIVATE_KEY; null when there is none that can sign. */
  readonly publicKey: string | null;
  readonly publicUrl: string | null;
  readonly requestsPerSecond: number;
}

/** The address that Vonage should call; null when PUBLIC_URL is not set. */
export const addressOf = (
  { publicUrl }: Pick<OwnSetup, 'publicUrl'>,
  kind: 'status' | 'inbound',
): string | null => (publicUrl === null ? null : `${withoutSlash(publicUrl)}/webhooks/${kind}`);

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
