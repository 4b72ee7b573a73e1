import { pause } from '../../src/application/pause.js';

it.each([2 ** 31, Infinity])('waits for %p ms until it is aborted', async (ms) => {
  const aborting = new AbortController();
  let isOver = false;
  const pausing = pause(ms, aborting.signal).then(() => (isOver = true));
  // Node takes a delay that is too long for one millisecond; such a timer would come before this one.
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isOver).toBe(false);
  aborting.abort();
  await pausing;
});
