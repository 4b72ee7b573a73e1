import { money, share } from '../../../packages/window/src/data/numbers.js';

it.each([
  [0, '0%'],
  [0.000_01, '<0.01%'],
  [0.0042, '0.42%'],
  [0.969, '96.9%'],
  [0.999_99, '>99.9%'],
  [1, '100%'],
])('takes almost none for none as little as almost all for all: %d', (value, words) => {
  expect(share(value)).toBe(words);
});

it.each([
  ['0.0333', '€0.0333'],
  ['0.00645', '€0.00645'],
  ['0.2', '€0.20'],
  ['14.5', '€14.50'],
  ['1466.7', '€1,467'],
])(
  'tells the price %s of one text exactly, and a sum without its last fractions',
  (amount, words) => {
    expect(money({ currency: 'EUR', amount })).toBe(words);
  },
);
