/**
 * Runs the tasks of one key in sequence and those of different keys concurrently, so that two webhooks for one message
 * do not conflict.
 */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();
  private readonly shared = new Map<string, Promise<unknown>>();

  /**
   * @param signal aborts when nobody waits for the result any more: a task whose turn comes later is
   *   not begun, so that a queue behind an unavailable store does not grow without end
   * @throws the signal's reason, or whatever the task throws
   */
  async run<Result>(
    key: string,
    task: () => Promise<Result>,
    signal?: AbortSignal,
  ): Promise<Result> {
    const previous = this.last.get(key);
    const begin = (): Promise<Result> => {
      signal?.throwIfAborted();
      return task();
    };
    const running = previous === undefined ? task() : previous.then(begin, begin);
    this.last.set(key, running);
    try {
      return await running;
    } finally {
      if (this.last.get(key) === running) this.last.delete(key);
    }
  }

  /**
   * Like `run`, for tasks of a key that all do the same: calls that come while one is under way share the next one, so
   * that nobody waits for more than two. @throws whatever the task throws
   */
  runShared<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const next = this.shared.get(key) as Promise<Result> | undefined;
    if (next !== undefined) return next;
    let isWaiting = true;
    const running = this.run(key, () => {
      isWaiting = false;
      this.shared.delete(key);
      return task();
    });
    if (isWaiting) this.shared.set(key, running);
    return running;
  }
}
