import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import type { Pace } from '../../../src/application/ports/pace.js';
import { paceContract } from '../../contracts/pace.contract.js';

// Callers that share the pace are in one process, so they share the object.
paceContract('LocalPace', async (clock) => {
  let pace: Pace | undefined;
  return {
    open: async (turnsPerSecond) => (pace ??= new LocalPace(clock, turnsPerSecond)),
    pass: async () => undefined,
    close: async () => undefined,
  };
});
