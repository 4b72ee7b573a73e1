import { KeyedQueue } from '../../src/application/keyed-queue.js';
import { eventually } from '../support/watching/eventually.js';

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

test('calls that share a task wait for the one under way and one more, and a later call gets its own', async () => {
  const queue = new KeyedQueue();
  const begun: string[] = [];
  const finish: (() => void)[] = [];
  const shared = (name: string): Promise<string> =>
    queue.runShared('key', () => {
      begun.push(name);
      return new Promise((resolve) => finish.push(() => resolve(name)));
    });
  const first = shared('first');
  const [second, third, fourth] = [shared('second'), shared('third'), shared('fourth')];
  finish.shift()?.();
  expect(await first).toBe('first');
  await eventually(() => begun.length === 2);
  const later = shared('later');
  finish.shift()?.();
  expect(await Promise.all([second, third, fourth])).toEqual(['second', 'second', 'second']);
  await eventually(() => begun.length === 3);
  finish.shift()?.();
  expect(await later).toBe('later');
  expect(begun).toEqual(['first', 'second', 'later']);
});

test('a shared task that fails is begun again by the next call', async () => {
  const queue = new KeyedQueue();
  await expect(
    queue.runShared('key', async () => Promise.reject(new Error('broken'))),
  ).rejects.toThrow('broken');
  expect(await queue.runShared('key', async () => 'whole')).toBe('whole');
});
