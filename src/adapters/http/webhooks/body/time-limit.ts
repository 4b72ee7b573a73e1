/** Whoever begins within this time after another shares the other's deadline. */
const SHARED_MS = 100;

interface Deadline {
  readonly sharedUntilMs: number;
  readonly signal: AbortSignal;
  /** How to tell those whose work is under way. */
  readonly waiting: Set<(late: Error) => void>;
}

/** Limits how long callers wait, where thousands begin every second: they share timers. */
export class TimeLimit {
  private latest: Deadline | undefined;

  /** @param limitMs at most; some wait for up to 100 ms less */
  constructor(private readonly limitMs: number) {}

  /**
   * What `work` gives, unless it takes too long. Then its signal aborts; what it has begun goes on, and
   * nobody hears what becomes of it.
   * @throws Error when it is late, and whatever `work` throws before
   */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { signal, waiting } = this.deadline();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    waiting.add(reject);
    try {
      work(signal).then(resolve, reject);
      return await promise;
    } finally {
      waiting.delete(reject);
    }
  }

  private deadline(): Deadline {
    const nowMs = performance.now();
    if (this.latest === undefined || nowMs > this.latest.sharedUntilMs) {
      this.latest = this.begin(nowMs + SHARED_MS);
    }
    return this.latest;
  }

  private begin(sharedUntilMs: number): Deadline {
    const abort = new AbortController();
    const waiting: Deadline['waiting'] = new Set();
    const timer = setTimeout(() => {
      const late = new Error(`it took longer than ${this.limitMs - SHARED_MS} ms`);
      abort.abort(late);
      for (const tell of waiting) tell(late);
    }, this.limitMs);
    // It outlasts the work, and must not keep alive a process that has nothing else to do.
    timer.unref();
    return { sharedUntilMs, signal: abort.signal, waiting };
  }
}
