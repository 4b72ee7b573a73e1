import type { MonotonicClock } from '../ports/clock.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Logger } from '../ports/logger.js';
import type { SteerSending } from '../steering/steer-sending.js';

const TRY_AGAIN_MS = 1_000;

/** Holds sending for all instances when this one was started with `SENDING=held`, whether it leads or not. */
export class HeldStart {
  private readonly health: HealthReporter;
  private recorded: Promise<void> | undefined;

  constructor(
    private readonly steering: Pick<SteerSending, 'hold'>,
    private readonly startsHeld: boolean,
    private readonly clock: MonotonicClock,
    private readonly logger: Logger,
    health: Health,
  ) {
    this.health = health.reporter('SENDING=held', ['sending']);
  }

  /** Resolves when the hold is recorded, once for the process, or `signal` has aborted. */
  run(signal: AbortSignal): Promise<void> {
    if (!this.startsHeld) return Promise.resolve();
    return (this.recorded ??= this.record(signal));
  }

  private async record(signal: AbortSignal): Promise<void> {
    const reason = 'the service was started with SENDING=held';
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.steering.hold({ cause: 'setting', reason, by: null, source: 'cli' });
        this.health.working();
        return;
      } catch (error) {
        this.health.report('failing', 'the hold cannot be recorded');
        if (failures === 0) {
          this.logger.warn(
            { error },
            'The hold by SENDING=held cannot be recorded yet; it is tried again.',
          );
        }
        await this.clock.pause(TRY_AGAIN_MS, signal);
      }
    }
  }
}
