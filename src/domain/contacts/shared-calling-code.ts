import { Metadata, type CountryCode, type MetadataJson } from 'libphonenumber-js/core';

/**
 * The library's data on a country's numbers, which its types do not declare. The version is pinned, and a property test
 * compares our results with the library's.
 */
interface NumberingPlan {
  /** 0 when there are none. */
  leadingDigits(): string | 0 | undefined;
  possibleLengths(): readonly number[];
  nationalPrefix(): string | undefined;
  nationalNumberPattern(): string;
  type(name: string): { pattern(): string } | undefined;
}

const numberTypes = [
  'FIXED_LINE',
  'MOBILE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'VOIP',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
] as const;

/**
 * Finds the country of a number whose calling code several countries share. The library tests the same patterns one by
 * one, for each kind of number, which is slow when none of them matches; here each country is one pattern.
 */
export class SharedCallingCode {
  private readonly countries: readonly { readonly country: string; readonly pattern: RegExp }[];
  private readonly lengths: ReadonlySet<number>;
  private readonly nationalPrefixes: readonly string[];

  constructor(countries: readonly string[], metadata: MetadataJson) {
    const plans = countries.map((country) => planOf(country, metadata));
    this.countries = plans.map((plan, index) => ({
      country: countries[index] ?? '',
      pattern: patternOf(plan),
    }));
    this.lengths = new Set(plans.flatMap((plan) => plan.possibleLengths()));
    this.nationalPrefixes = plans.flatMap((plan) => plan.nationalPrefix() || []);
  }

  /** True when the national number has no trunk prefix and a valid length. */
  isInternational(national: string): boolean {
    const hasPrefix = this.nationalPrefixes.some((prefix) => national.startsWith(prefix));
    return !hasPrefix && this.lengths.has(national.length);
  }

  /** @param national the digits after the calling code @returns undefined when no range is assigned */
  countryOf(national: string): string | undefined {
    return this.countries.find(({ pattern }) => pattern.test(national))?.country;
  }
}

function planOf(country: string, metadata: MetadataJson): NumberingPlan {
  const plans = new Metadata(metadata);
  plans.selectNumberingPlan(country as CountryCode);
  return plans.numberingPlan as unknown as NumberingPlan;
}

/** Matches by leading digits where the plan has them, otherwise by any number type. */
function patternOf(plan: NumberingPlan): RegExp {
  const leadingDigits = plan.leadingDigits();
  if (typeof leadingDigits === 'string') return new RegExp(`^(?:${leadingDigits})`);
  const kinds = numberTypes.flatMap((name) => plan.type(name)?.pattern() || []);
  return new RegExp(`^(?=(?:${plan.nationalNumberPattern()})$)(?:${kinds.join('|')})$`);
}
