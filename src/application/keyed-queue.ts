/**
 * Runs the tasks of one key one after another and those of different keys side by side, so that two
 * webhooks for one message do not race each other into a conflict.
 */
export class KeyedQueue {
  private readonly last = new Map<string, Promise<unknown>>();

  async run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    const previous = this.last.get(key);
    const running = previous === undefined ? task() : previous.then(task, task);
    this.last.set(key, running);
    try {
      return await running;
    } finally {
      if (this.last.get(key) === running) this.last.delete(key);
    }
  }
}
