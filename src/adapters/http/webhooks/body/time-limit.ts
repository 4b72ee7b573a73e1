import { startTimeLimit } from '../../../../application/pause.js';

/** Calls that start within this window share one timer. */
const SHARED_MS = 100;

interface Deadline {
  readonly sharedUntilMs: number;
  readonly signal: AbortSignal;
  /** Rejects the calls that are still waiting. */
  readonly waiting: Set<(late: Error) => void>;
}

/** Limits how long callers wait, where thousands start every second: they share timers. */
export class TimeLimit {
  private latest: Deadline | undefined;

  /** @param limitMs longest wait; some calls wait up to 100 ms less */
  constructor(private readonly limitMs: number) {}

  /**
   * Returns the result of `work` unless it takes too long. Then its signal aborts; work under way continues, and its
   * outcome is ignored.
   * @throws Error when it is late, and any earlier error of `work`
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
    startTimeLimit(this.limitMs, () => {
      const late = new Error(`it took longer than ${this.limitMs - SHARED_MS} ms`);
      abort.abort(late);
      for (const tell of waiting) tell(late);
    });
    return { sharedUntilMs, signal: abort.signal, waiting };
  }
}
