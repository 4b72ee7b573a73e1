import { reasonOf } from '../application/errors.js';
import type { Health, PartName, PartState } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';

/** A report of a component that works in a thread. */
export interface HealthMessage {
  readonly kind: 'health';
  readonly component: string;
  readonly parts: readonly PartName[];
  readonly state: PartState;
  readonly reason: string;
  /** Milliseconds. Absent when the component promised no heartbeat. */
  readonly silenceMsMax?: number;
}

/** A line for the log of the service. */
export interface LogMessage {
  readonly kind: 'log';
  readonly level: 'info' | 'warn' | 'error';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

/** A message that every thread may send. */
export type ThreadMessage = HealthMessage | LogMessage;

/** Heartbeats passed on within a component's silence limit. */
const SIGNS_PER_SILENCE = 4;

/** Tells the other side of a thread the changes, and the heartbeats that it must not miss. */
export const tellHealth = (
  send: (message: HealthMessage) => void,
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

/** A logger in a thread: of errors it tells message and stack, because they cannot be sent as they are. */
export function tellLog(send: (message: LogMessage) => void): Logger {
  const log =
    (level: LogMessage['level']) =>
    (facts: Readonly<Record<string, unknown>>, sentence: string): void => {
      const { error, ...others } = facts;
      const told =
        error instanceof Error ? { reason: reasonOf(error), stack: String(error.stack) } : {};
      send({ kind: 'log', level, facts: { ...others, ...told }, sentence });
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
