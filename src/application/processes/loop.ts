import type { Logger } from '../ports/logger.js';

/** How often work is looked for when nothing woke the loop: another instance may have caused it. */
const PERIOD_MS = 500;
const FAILURE_PAUSE_MS_MAX = 5_000;

/**
 * Repeats a round of work until stopped: at once when woken or when a round asks for more, otherwise
 * after a period; after a fault with a growing pause, for a store that is away for a while.
 */
export class Loop {
  private stopped = false;
  private woken = false;
  private wakeUp: (() => void) | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly name: string,
    private readonly logger: Logger,
    /** Does what is due now. Answers true when more is waiting. */
    private readonly round: () => Promise<boolean>,
  ) {}

  start(): void {
    this.running = this.run();
  }

  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Resolves when the round that is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeUp?.();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      this.woken = false;
      try {
        const more = await this.round();
        failures = 0;
        if (!more) await this.pause(PERIOD_MS);
      } catch (error) {
        failures++;
        this.logger.error(
          { loop: this.name, failures, error },
          'A round of background work failed; it will be tried again.',
        );
        await this.pause(Math.min(FAILURE_PAUSE_MS_MAX, 100 * 2 ** failures), { wakeable: false });
      }
    }
  }

  private pause(milliseconds: number, { wakeable } = { wakeable: true }): Promise<void> {
    if (this.stopped || (wakeable && this.woken)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      const stop = (): boolean => this.stopped;
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wakeUp = () => {
        if (wakeable || stop()) done();
      };
    });
  }
}
