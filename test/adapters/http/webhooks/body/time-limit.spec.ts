import { TimeLimit } from '../../../../../src/adapters/http/webhooks/body/time-limit.js';

const never = () => new Promise<never>(() => {});

test('gives what the work gives, and throws what it throws', async () => {
  const limit = new TimeLimit(60_000);
  expect(await limit.run(async () => 'done')).toBe('done');
  await expect(limit.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('whoever shares a deadline is told of it, and their work too', async () => {
  const limit = new TimeLimit(150);
  const signals: AbortSignal[] = [];
  const begin = () =>
    limit.run((signal) => {
      signals.push(signal);
      return never();
    });
  const [first, second] = await Promise.allSettled([begin(), begin()]);
  expect(first).toMatchObject({ reason: new Error('it took longer than 50 ms') });
  expect(second).toMatchObject({ reason: new Error('it took longer than 50 ms') });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('a deadline that has passed is not shared with those who come later', async () => {
  const limit = new TimeLimit(150);
  await expect(limit.run(never)).rejects.toThrow('longer');
  expect(await limit.run(async ({ aborted }) => aborted)).toBe(false);
});
