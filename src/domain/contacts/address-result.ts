export type AddressResult =
  | {
      readonly ok: true;
      /** Digits where it is a number, otherwise the channel's own id. */
      readonly address: string;
      /** ISO 3166-1 alpha-2; null where the address is no number, or one of no country. */
      readonly country: string | null;
    }
  | { readonly ok: false; readonly reason: string };
