export interface EmailConfig {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  /** The sender of e-mails that name none. */
  readonly from: { readonly name: string; readonly address: string };
  /** True: nothing is sent without encryption. */
  readonly requiresTls: boolean;
}
