import { kindOf, reasonOf } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import { ThrottledLog } from '../throttled-log.js';

/** Poll interval when nothing woke the loop: another instance may have caused work. */
const PERIOD_MS = 500;
const FAILURE_PAUSE_MS_MAX = 5_000;

/** Standby reason of a loop on an instance that does not lead: before its first turn, while another leads, and at its end. */
export const STANDBY_REASON = 'this instance does not have the turn';

/** Without a reason of its own, each wake would make an error with a stack. */
const WOKEN = 'woken';

export interface LoopSettings {
  /** In logs. */
  readonly name: string;
  /** Poll interval when nothing woke the loop. Longer for work that is rarely there. */
  readonly periodMs?: number;
}

/**
 * Repeats a round of work: immediately when woken or when a round asks for more, otherwise after a period. After a
 * fault the pause grows, because a store may be unavailable for a while.
 */
export class Loop {
  private woken = false;
  private wakeUp: (() => void) | undefined;
  /** Rounds in a row that failed. */
  private failures = 0;
  private readonly log: ThrottledLog;

  constructor(
    private readonly settings: LoopSettings,
    private readonly clock: MonotonicClock,
    logger: Logger,
    private readonly health: HealthReporter,
    /** Does the work that is due now. Resolves to true when more is waiting. */
    private readonly round: (signal: AbortSignal) => Promise<boolean>,
  ) {
    this.log = new ThrottledLog(logger);
    health.report('standby', STANDBY_REASON);
  }

  /**
   * Says in the middle of a round that it goes on. Rounds that fail again and again are not well meanwhile: only a whole round ends
   * the fault.
   */
  showLife(): void {
    if (this.failures === 0) this.health.working();
  }

  wake(): void {
    this.woken = true;
    this.wakeUp?.();
  }

  /** Runs until `signal` aborts; resolves when the current round has ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.failures = 0;
    this.health.working();
    while (!signal.aborted) {
      this.woken = false;
      try {
        const more = await this.round(signal);
        this.failures = 0;
        this.health.working();
        const { periodMs = PERIOD_MS } = this.settings;
        if (!more && !this.woken) await this.pause(periodMs, signal, { wakeable: true });
      } catch (error) {
        this.failures++;
        this.health.report('failing', reasonOf(error));
        this.log.error(
          kindOf(error),
          { loop: this.settings.name, failures: this.failures, error },
          'A round of background work failed; it will be tried again.',
        );
        const pauseMs = Math.min(FAILURE_PAUSE_MS_MAX, 100 * 2 ** this.failures);
        await this.pause(pauseMs, signal, { wakeable: false });
      }
    }
    this.health.report('standby', STANDBY_REASON);
  }

  private async pause(
    milliseconds: number,
    signal: AbortSignal,
    { wakeable }: { readonly wakeable: boolean },
  ): Promise<void> {
    const woken = new AbortController();
    if (wakeable) this.wakeUp = () => woken.abort(WOKEN);
    const ended = AbortSignal.any([signal, woken.signal]);
    await this.clock.pause(milliseconds, ended);
    this.wakeUp = undefined;
  }
}
