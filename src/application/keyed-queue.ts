/**
 * Runs the tasks of one key in sequence and those of different keys concurrently, so that two webhooks for one message
 * do not conflict.
 */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

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
}
