import { NOT_CALLED } from '../../domain/message/account-refusal.js';
import { refused, type AttemptOutcome } from '../ports/sms-gateway.js';
import type { Clock } from '../ports/clock.js';

/** Added to the time limit of a call: recording the outcome takes time too, and clocks differ. */
const SETTLE_MARGIN_MS = 5_000;

/** Time after the start of an attempt at which the timers record a missing outcome as unknown. */
export const settledAfterMs = (callTimeoutMs: number): number => callTimeoutMs + SETTLE_MARGIN_MS;

/**
 * Tells whether this process stood still since an attempt was started: by now it may be recorded as of unknown outcome, decided about,
 * expired, or sent again by another instance.
 */
export class LateStart {
  private readonly leadMs: number;

  /** Made before the attempt is started. */
  constructor(
    private readonly clock: Clock,
    private readonly callTimeoutMs: number,
  ) {
    this.leadMs = leadMsOf(clock);
  }

  /** True when the call may not be made any more. @param startedAt ISO 8601 UTC */
  isTooLate(startedAt: string): boolean {
    const elapsedMs = this.clock.now().getTime() - Date.parse(startedAt);
    // While a machine sleeps no time elapses for its processes, and its clock goes on.
    const sleptMs = Math.max(0, leadMsOf(this.clock) - this.leadMs);
    return elapsedMs + sleptMs >= settledAfterMs(this.callTimeoutMs);
  }
}

/** The lead of the machine's clock over the time that is followed. */
function leadMsOf(clock: Clock): number {
  const nowMs = clock.now().getTime();
  return (clock.doubtedNow?.()?.getTime() ?? nowMs) - nowMs;
}

/** Nothing was sent: where the message still waits for it, the attempt is repeated at once, and counts as none. */
export const notCalled: AttemptOutcome = refused(
  'transient',
  'This service stood still before it could make the call, so nothing was sent.',
  NOT_CALLED,
);
