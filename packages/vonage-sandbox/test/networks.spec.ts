import { drawNetworkCode } from '../src/callbacks/networks.js';

/** E.212 mobile country codes. */
const mobileCountryCodes = [
  ['447700900123', /^234/],
  ['4915112345678', /^262/],
  ['14155550100', /^31[01]/],
  ['917700900123', /^40[45]/],
  ['353851234567', /^272/],
  ['2348031234567', /^621/],
] as const;

it.each(mobileCountryCodes)('gives %s a network of its own country', (to, ofCountry) => {
  for (const drawn of [0, 0.5, 0.999]) expect(drawNetworkCode(to, () => drawn)).toMatch(ofCountry);
});

it('gives none where it knows no network of the country', () => {
  expect(drawNetworkCode('67512345678', () => 0)).toBeNull();
});
