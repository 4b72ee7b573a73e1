export interface EmailConfig {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** The sender of e-mails that name none. */
  readonly from: { readonly name: string; readonly address: string };
  /** True: nothing is sent without encryption. */
  readonly requiresTls: boolean;
}

/** Time limit of one call: a mail server may take minutes to answer the end of a text (RFC 5321, 4.5.3.2.6). */
export const EMAIL_CALL_MS_MAX = 180_000;
