import { Places } from '../../../../src/adapters/http/limits/places.js';

const take = (places: Places, key: string | undefined, times: number): (() => void)[] =>
  Array.from({ length: times }, () => places.take(key));

it('leaves a quarter of the places to other keys', () => {
  const places = new Places('exports', 16);
  const [giveBack] = take(places, 'accounting', 12);
  expect(() => places.take('accounting')).toThrow('12 exports of this key are under way');
  take(places, 'support', 4);
  expect(() => places.take('shop')).toThrow('16 exports are under way');
  giveBack?.();
  expect(() => places.take('accounting')).not.toThrow();
});

it('gives all places to a service without keys', () => {
  const places = new Places('exports', 16);
  take(places, undefined, 16);
  expect(() => places.take(undefined)).toThrow(
    '16 exports are under way: wait until one has ended',
  );
});
