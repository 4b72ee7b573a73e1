/** The longest delay of one timer of Node; a longer one would fire at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/**
 * Owns every timer of one sandbox, so that stopping it leaves none behind. A sleeper whose timer is
 * cancelled never wakes: no code continues after the end.
 */
export class Timers {
  private readonly pending = new Set<NodeJS.Timeout>();
  private stopped = false;

  /** Runs once after `delayMs`; returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void {
    if (this.stopped) return () => undefined;
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number) => {
      const stepMs = Math.min(leftMs, TIMEOUT_MS_MAX);
      timer = setTimeout(() => {
        this.pending.delete(timer);
        if (stepMs < leftMs) wait(leftMs - stepMs);
        else run();
      }, stepMs);
      this.pending.add(timer);
    };
    wait(delayMs);
    return () => {
      this.pending.delete(timer);
      clearTimeout(timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((wake) => {
      this.after(delayMs, wake);
    });
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.pending) clearTimeout(timer);
    this.pending.clear();
  }
}
