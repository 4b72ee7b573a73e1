/** Token of the country whose national numbers are read, or null. */
export const DEFAULT_COUNTRY = Symbol('DefaultCountry');
