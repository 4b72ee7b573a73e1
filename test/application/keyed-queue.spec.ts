import { KeyedQueue } from '../../src/application/keyed-queue.js';

test('what waits for its turn longer than anybody waits for it is not begun, and the next is', async () => {
  const queue = new KeyedQueue();
  const begun: string[] = [];
  const task = (name: string) => async () => {
    begun.push(name);
    return name;
  };
  let finishFirst = (): void => {};
  const first = queue.run('key', () => {
    begun.push('first');
    return new Promise<void>((resolve) => (finishFirst = resolve));
  });
  const impatient = new AbortController();
  const second = queue.run('key', task('second'), impatient.signal);
  const third = queue.run('key', task('third'), new AbortController().signal);

  impatient.abort(new Error('too late'));
  finishFirst();
  await first;
  await expect(second).rejects.toThrow('too late');
  expect(await third).toBe('third');
  expect(begun).toEqual(['first', 'third']);
});
