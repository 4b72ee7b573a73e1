import type { DayLimits } from '../../domain/limits/day-limits.js';

export interface Caller {
  /** The API key's name; undefined where the service runs without keys. */
  readonly actor: string | undefined;
  /** Limits of the API key; left out: none. */
  readonly limits?: DayLimits | undefined;
}
