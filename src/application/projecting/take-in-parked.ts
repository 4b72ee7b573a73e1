import { untilDone } from '../background/until-done.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import type { SetAside } from '../ports/set-aside.js';
import type { ProjectorControl } from './projector.js';

/** More are left to the operator: nothing else is projected while they are retried. */
const EVENTS_MAX = 1_000;
/** Read models that are being made anew have nothing to retry yet. */
const TRY_AGAIN_MS = 5_000;

/**
 * Retries parked events once in each turn. While instances are replaced one by one, the one that has the turn may not know all events of
 * the newer ones; a message that waits behind such an event would never be sent.
 */
export class TakeInParked {
  constructor(
    private readonly setAside: Pick<SetAside, 'parkedCount'>,
    private readonly projector: Pick<ProjectorControl, 'retryParked'>,
    private readonly store: Pick<EventStore, 'read'>,
    private readonly clock: MonotonicClock,
    private readonly logger: Logger,
  ) {}

  /** Runs until they are retried, or `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return untilDone(() => this.takeIn(), signal, {
      clock: this.clock,
      logger: this.logger,
      pauseMs: TRY_AGAIN_MS,
      sentence: 'Parked events cannot be retried yet.',
    });
  }

  private async takeIn(): Promise<true> {
    const counts = [...(await this.setAside.parkedCount()).values()];
    const parked = counts.reduce((sum, count) => sum + count, 0);
    if (parked === 0 || parked > EVENTS_MAX) return true;
    const read = async (stream: string) => (await this.store.read(stream)).events;
    const { streams, stillParked } = await this.projector.retryParked(read);
    if (stillParked === parked) return true;
    const sentence = 'Events that an earlier build had parked were taken into the read models.';
    this.logger.info({ streams, stillParked }, sentence);
    return true;
  }
}
