/** The countries to which messages may go, by ISO 3166-1 alpha-2. */
export interface CountryRule {
  /** Null: all that are not blocked. */
  readonly countriesAllowed: readonly string[] | null;
  readonly countriesBlocked: readonly string[];
}

/** @param country null for a number of no country, such as a satellite phone: only a rule that allows all allows it */
export const allowsCountry = (
  { countriesAllowed, countriesBlocked }: CountryRule,
  country: string | null,
): boolean =>
  country === null
    ? countriesAllowed === null
    : !countriesBlocked.includes(country) && (countriesAllowed?.includes(country) ?? true);
