import { OpenAttempts } from '../../../src/adapters/outgoing-webhooks/open-attempts.js';
import { eventually } from '../../support/watching/eventually.js';

const { signal } = new AbortController();

test('ends an attempt that lasts too long, and none that has ended before', async () => {
  const attempts = new OpenAttempts(10);
  const ended: string[] = [];
  const begin = (name: string) => attempts.begin(signal, () => ended.push(name));
  begin('long');
  attempts.ended(begin('short'));
  await eventually(() => ended.length > 0);
  expect(new Set(ended)).toEqual(new Set(['long']));
});

test('ends attempts in the order of their limits, again after all had ended', async () => {
  const attempts = new OpenAttempts(10);
  for (const round of [1, 2]) {
    const ended: number[] = [];
    const open = [1, 2, 3].map((one) => attempts.begin(signal, () => ended.push(round * one)));
    await eventually(() => ended.length >= 3);
    expect(ended.slice(0, 3)).toEqual([1, 2, 3].map((one) => round * one));
    for (const attempt of open) attempts.ended(attempt);
  }
});
