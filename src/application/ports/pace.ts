import type { Provider } from '../../domain/sending/provider.js';

/** The longest pause: after it, one call finds out whether messages are taken again. */
export const PAUSE_MS_MAX = 60_000;

/** Keeps calls to one provider within its rate limit, which counts those of all instances. */
export interface Pace {
  /**
   * Resolves when it is the caller's turn.
   * @throws the signal's reason when it aborts first, or an error when the turn could not be had
   */
  turn(signal: AbortSignal): Promise<void>;

  /**
   * Resolves right before the call may be made, at once for most. Callers that had their turns may crowd together,
   * because recording an attempt takes differently long. Resolves also when `signal` aborts.
   */
  beforeCall(signal: AbortSignal): Promise<void>;

  /** Gives way after a 429; the rate recovers by itself. */
  slower(): void;

  /** Calls a second: those configured, and those made at most now. */
  readonly rate: { readonly permitted: number; readonly current: number };

  /** Gives no caller a turn for this long, at most `PAUSE_MS_MAX`. A pause never shortens another. */
  pause(milliseconds: number): Promise<void>;
}

/** The pace of each provider. */
export interface Paces {
  of(provider: Provider): Pace;
}
