import { killed, momentsOf, scenarios } from './stray-race.js';

/** `stray-race.long.spec.ts` explores the longest scenario: two instances with webhooks. */
test.each(Object.entries(scenarios))(
  'one fact is counted once, whatever comes first: %s',
  async (_, scenario) => {
    // Fewer moments would mean that the actors did not interfere with each other.
    expect(await momentsOf(scenario)).toBeGreaterThan(100);
  },
);

test.each(Object.entries(killed))(
  'one fact is counted once, wherever an instance is killed: %s',
  async (_, scenario) => {
    expect(await momentsOf(scenario, 1)).toBeGreaterThan(20);
  },
);
