import type { Health, PartState } from '../application/ports/health.js';
import type { FromProjector } from './projector-protocol.js';

/** Heartbeats passed on within a component's silence limit. */
const SIGNS_PER_SILENCE = 4;

/** Tells the other side of a thread the changes, and the heartbeats that it must not miss. */
export const tellHealth = (
  send: (message: Extract<FromProjector, { kind: 'health' }>) => void,
  elapsedMs: () => number = () => performance.now(),
): Health => ({
  reporter(component, parts, { silenceMsMax = Infinity } = {}) {
    let last = '';
    let toldAtMs = -Infinity;
    const tell = (state: PartState, reason: string): void => {
      const isDue = elapsedMs() - toldAtMs >= silenceMsMax / SIGNS_PER_SILENCE;
      if (last === state + reason && !isDue) return;
      last = state + reason;
      toldAtMs = elapsedMs();
      const limit = silenceMsMax === Infinity ? {} : { silenceMsMax };
      send({ kind: 'health', component, parts, state, reason, ...limit });
    };
    return { working: () => tell('working', ''), report: tell };
  },
});
