import { longest, momentsOf } from './stray-race.js';

/** Only a guard against a hang: thousands of moments take a while on a busy machine. */
const EXPLORE_MS_MAX = 400_000;

test(
  'one fact is counted once, whatever comes first: two instances with webhooks',
  async () => {
    expect(await momentsOf(longest)).toBeGreaterThan(1_000);
  },
  EXPLORE_MS_MAX,
);
