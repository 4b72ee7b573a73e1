import { Socket } from 'node:net';
import { UnderWay } from '../../../../src/adapters/http/server/under-way.js';

it('is full on a connection after 16 requests, and in total after the given number', () => {
  const underWay = new UnderWay(20);
  const [one, other] = [new Socket(), new Socket()];
  for (let request = 0; request < 16; request++) underWay.begin(one);
  expect([underWay.isFullOn(one), underWay.isFullOn(other), underWay.isFull]).toEqual([
    true,
    false,
    false,
  ]);
  for (let request = 0; request < 4; request++) underWay.begin(other);
  expect([underWay.isFullOn(other), underWay.isFull]).toEqual([false, true]);
  underWay.end(one);
  expect([underWay.isFullOn(one), underWay.isFull, underWay.total]).toEqual([false, false, 19]);
});
