const LOOK_MS = 1_000;

/** An attempt that is under way. */
export interface OpenAttempt {
  readonly stopping: AbortSignal;
  readonly endsAtMs: number;
  readonly end: () => void;
}

/**
 * Ends attempts that last too long, or whose signal aborts. All attempts share one timer, and those with one signal share a
 * listener. A timer and a listener for each attempt would cost as much as its signature.
 */
export class OpenAttempts {
  /** The oldest first. */
  private readonly attempts = new Set<OpenAttempt>();
  private readonly heeded = new WeakSet<AbortSignal>();
  private looking: NodeJS.Timeout | undefined;

  constructor(private readonly attemptMsMax: number) {}

  /** @param end is called within a second of the limit, and perhaps more than once */
  begin(stopping: AbortSignal, end: () => void): OpenAttempt {
    const attempt = { stopping, end, endsAtMs: performance.now() + this.attemptMsMax };
    this.attempts.add(attempt);
    if (stopping.aborted) end();
    else this.heed(stopping);
    this.looking ??= setTimeout(this.look, LOOK_MS).unref();
    return attempt;
  }

  ended(attempt: OpenAttempt): void {
    this.attempts.delete(attempt);
  }

  private heed(stopping: AbortSignal): void {
    if (this.heeded.has(stopping)) return;
    this.heeded.add(stopping);
    const endAll = (): void => {
      for (const attempt of this.attempts) if (attempt.stopping === stopping) attempt.end();
    };
    stopping.addEventListener('abort', endAll, { once: true });
  }

  private readonly look = (): void => {
    const nowMs = performance.now();
    for (const { endsAtMs, end } of this.attempts) {
      if (endsAtMs > nowMs) break;
      end();
    }
    this.looking = this.attempts.size === 0 ? undefined : setTimeout(this.look, LOOK_MS).unref();
  };
}
