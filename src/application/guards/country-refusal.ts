import { countryOfAddress, isNumber } from '../../domain/contacts/address.js';
import { allowsCountry, type CountryRule } from '../../domain/limits/country-rule.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import { ApplicationError } from '../errors.js';

interface Place {
  /** ISO 3166-1 alpha-2; null for a number of no country. */
  readonly country: string | null;
  readonly where: string;
}

/** The refusal of a message to a country that a rule does not allow; undefined: there is none. */
export function countryRefusal(
  request: MessageRequest,
  rules: readonly { readonly rule: CountryRule; readonly whose: string }[],
): ApplicationError | undefined {
  for (const { country, where } of placesOf(request)) {
    const refusing = rules.find(({ rule }) => !allowsCountry(rule, country));
    if (refusing === undefined) continue;
    const place = country === null ? 'has a number of no country' : `is in ${country}`;
    return new ApplicationError(
      'country-not-allowed',
      `${where} ${place}: ${refusing.whose} may not send there.`,
    );
  }
  return undefined;
}

/** The recipient, and those of the fallback steps, which might be elsewhere. Ids of people are in no country. */
function placesOf({ to, channel, country, fallback }: MessageRequest): readonly Place[] {
  const steps = fallback.map((step, index) => ({
    ...step,
    country: countryOfAddress(step.to, step.channel),
    where: `The recipient of /fallback/${index}`,
  }));
  const places = [{ to, channel, country, where: 'The recipient' }, ...steps];
  return places.filter((place) => isNumber(place.to, place.channel));
}
