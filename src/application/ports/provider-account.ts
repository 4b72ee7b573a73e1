/** The answer to a question about the account, or the reason why there is none. */
export type AccountAnswer<Value> =
  | {
      readonly kind: 'answered';
      readonly value: Value;
      /** The provider's clock, and half the time of the call: as exactly as the answer tells it. */
      readonly clock: { readonly aheadMs: number; readonly toleranceMs: number } | null;
    }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'no-answer'; readonly reason: string };

export interface Balance {
  readonly euros: number;
  readonly autoReload: boolean;
}

/** The provider's settings of the application. Fields that it does not tell are null. */
export interface ApplicationSeen {
  readonly name: string | null;
  /** PEM. */
  readonly publicKey: string | null;
  readonly mayUseContents: boolean | null;
  readonly messages: {
    readonly version: string | null;
    readonly statusUrl: string | null;
    readonly inboundUrl: string | null;
    readonly statusMethod: string | null;
    readonly inboundMethod: string | null;
  } | null;
}

/** Asks the provider about the account. Nothing is changed and nothing is sent. */
export interface ProviderAccount {
  balance(): Promise<AccountAnswer<Balance>>;
  /** The most requests a second that the account is permitted; null where it is not told. */
  requestsPerSecondMax(): Promise<AccountAnswer<number | null>>;
  application(): Promise<AccountAnswer<ApplicationSeen>>;
  /** Status with which a message without content is refused: 422 where the application may send. */
  emptySend(): Promise<AccountAnswer<null>>;
}

/** Webhooks that the running service has received, and whether its public address reaches it. */
export interface OwnService {
  /**
   * Status of an unsigned webhook at an address: `waybill` when it was this service that refused it, which records
   * nothing.
   */
  reach(url: string): Promise<'waybill' | 'other' | { readonly noAnswer: string }>;
  /** Webhooks since the service started; null when it does not answer. */
  webhooks(): Promise<{ readonly genuine: number; readonly rejected: number } | null>;
}
