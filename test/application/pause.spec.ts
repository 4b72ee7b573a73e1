import { pause } from '../../src/application/pause.js';

const warnings: string[] = [];
const note = ({ name }: Error): number => warnings.push(name);

beforeAll(() => process.on('warning', note));
afterAll(() => process.off('warning', note));

it.each([-1, -Infinity, 0])('does not wait for %p ms, and Node does not warn', async (ms) => {
  await pause(ms, new AbortController().signal);
  // Node tells its warnings in a later turn of the event loop.
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

it.each([2 ** 31, Infinity])('waits for %p ms until it is aborted', async (ms) => {
  const aborting = new AbortController();
  let isOver = false;
  const pausing = pause(ms, aborting.signal).then(() => (isOver = true));
  // A timer that were due at once would come before this one.
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isOver).toBe(false);
  aborting.abort();
  await pausing;
  expect(warnings).toEqual([]);
});
