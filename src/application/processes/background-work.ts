import type { Leadership } from '../ports/leadership.js';
import type { Logger } from '../ports/logger.js';
import type { Dispatcher } from './dispatcher.js';
import type { ObservedLag } from './observed-lag.js';
import type { ProjectionLag, ProjectorControl } from './projector.js';
import type { Timers } from './timers.js';

/** What goes on by itself, on one instance at a time: the read models, calls to Vonage, and timers. */
export class BackgroundWork {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();
  private leading = false;

  constructor(
    private readonly leadership: Leadership,
    private readonly projector: ProjectorControl,
    private readonly dispatcher: Dispatcher,
    private readonly timers: Timers,
    private readonly observedLag: ObservedLag,
    private readonly logger: Logger,
  ) {}

  /** Whether it is this instance's turn. */
  get isLeading(): boolean {
    return this.leading;
  }

  /** Of the read models, whichever instance keeps them. */
  get lag(): ProjectionLag {
    return this.leading ? this.projector.lag : this.observedLag.lag;
  }

  start(): void {
    const { signal } = this.stopping;
    this.running = Promise.all([
      this.leadership.lead((turn) => this.takeTurn(turn), signal),
      this.observedLag.run(signal, () => !this.leading),
    ]);
  }

  /** Begins nothing more; resolves when what was begun has ended and another instance may go on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async takeTurn(turn: AbortSignal): Promise<void> {
    this.leading = true;
    this.logger.info({}, 'This instance does the background work now.');
    const stopWaking = this.projector.onProgress(() => {
      this.dispatcher.wake();
      this.timers.wake();
    });
    await Promise.all([this.projector.run(turn), this.timers.run(turn), this.dispatcher.run(turn)]);
    stopWaking();
    // Otherwise the lag would be as old as the turn until somebody could look.
    this.observedLag.goOnFrom(this.projector.lag);
    this.leading = false;
    this.logger.info({}, 'This instance has ended its background work.');
  }
}
