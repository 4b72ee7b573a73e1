import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import type { Pace } from '../../../src/application/ports/pace.js';
import { paceContract } from '../../contracts/pace.contract.js';

// Whoever shares it is in the same process, so they share the object.
paceContract('LocalPace', async () => {
  let pace: Pace | undefined;
  return {
    open: async (turnsPerSecond) => (pace ??= new LocalPace(monotonicClock, turnsPerSecond)),
    close: async () => undefined,
  };
});
