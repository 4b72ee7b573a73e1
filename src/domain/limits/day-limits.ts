import type { CountryRule } from './country-rule.js';

/** Limits of a day (UTC), for all or for one API key. */
export interface DayLimits extends CountryRule {
  /** Null: no cap. */
  readonly messagesPerDay: number | null;
  /** In the account's currency, a decimal text; null: no cap. */
  readonly costPerDay: string | null;
}

/** The limits of the whole service. */
export interface ServiceLimits extends DayLimits {
  /** Null: no cap. */
  readonly messagesPerRecipientHour: number | null;
}

export const noDayLimits: DayLimits = {
  messagesPerDay: null,
  costPerDay: null,
  countriesAllowed: null,
  countriesBlocked: [],
};
