import type { KeyLimits } from '../../domain/keys/key-events.js';

export interface Caller {
  /** The API key's name; undefined where the service runs without keys. */
  readonly actor: string | undefined;
  /** Limits of the API key; left out: none. */
  readonly limits?: KeyLimits | undefined;
}
