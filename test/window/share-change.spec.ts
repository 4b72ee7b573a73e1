import { shareChange } from '../../packages/window/src/data/numbers.js';

test.each([
  [0.973, 0.969, 'down 0.4 points'],
  [0.9, 0.951, 'up 5.1 points'],
  [1, 0, 'down 100.0 points'],
  [0.9691, 0.9693, undefined],
  [null, 0.9, undefined],
  [0.9, null, undefined],
])('from a share of %s to %s it says %s', (before, after, words) => {
  expect(shareChange(before, after)).toBe(words);
});
