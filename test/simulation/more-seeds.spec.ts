import { wrongIn } from './seeds.js';

test('every promise holds in further seeds', async () => {
  expect(await wrongIn('second')).toEqual([]);
});
