import type { SignedWebhook, WebhookOutcome } from '../../src/application/ports/webhook-sender.js';
import type { Life, Scheduler } from '../simulation/scheduler.js';
import { indexOf } from './ledger.js';

/** A sender gives up on an attempt after this time. */
const HANG_MS = 15_000;
const RESTART_EVERY_MS = 120_000;
const RESTART_MS = 8_000;
const FIRST_RETRY_MS_MAX = 10_000;

const failing: WebhookOutcome = {
  httpStatus: 500,
  error: 'the receiver answered 500',
  retryAfterMs: null,
};
const silent: WebhookOutcome = {
  httpStatus: null,
  error: 'no answer within 15 s',
  retryAfterMs: null,
};
const refused: WebhookOutcome = {
  httpStatus: null,
  error: 'connect ECONNREFUSED',
  retryAfterMs: null,
};
const taken: WebhookOutcome = { httpStatus: 204, error: null, retryAfterMs: null };

/** What became of the events at one receiver. */
export class Receiver {
  /** How often each event was taken. */
  readonly taken: Uint8Array;
  private readonly failedAtMs: Float64Array;
  attempts = 0;
  arrived = 0;
  /** Virtual time at which the last event arrived for the first time. */
  completeAtMs = 0;
  firstRetries = 0;
  lateFirstRetries = 0;

  constructor(
    readonly url: string,
    private readonly scheduler: Scheduler,
    private readonly life: Life,
    private readonly answers: (nowMs: number) => { outcome: WebhookOutcome; afterMs: number },
    events: number,
  ) {
    this.taken = new Uint8Array(events);
    this.failedAtMs = new Float64Array(events);
  }

  async take({ id }: SignedWebhook, signal: AbortSignal): Promise<WebhookOutcome> {
    const { scheduler } = this;
    const index = indexOf(id);
    this.attempts++;
    this.noteRetry(index);
    const { outcome, afterMs } = this.answers(scheduler.elapsedMs);
    await scheduler.wait(this.life, afterMs, signal).catch(() => undefined);
    if (signal.aborted) return silent;
    if (outcome.error === null) this.noteTaken(index);
    else if (this.failedAtMs[index] === 0) this.failedAtMs[index] = scheduler.elapsedMs;
    return outcome;
  }

  private noteTaken(index: number): void {
    if (this.taken[index] === 0) {
      this.arrived++;
      this.completeAtMs = this.scheduler.elapsedMs;
    }
    this.taken[index] = Math.min(255, (this.taken[index] ?? 0) + 1);
  }

  /** The first repeat comes within ten seconds, unless the receiver was down meanwhile. */
  private noteRetry(index: number): void {
    const failedAtMs = this.failedAtMs[index] ?? 0;
    if (failedAtMs <= 0) return;
    this.failedAtMs[index] = -1;
    if (isDown(failedAtMs) || isDown(failedAtMs + FIRST_RETRY_MS_MAX)) return;
    this.firstRetries++;
    if (this.scheduler.elapsedMs - failedAtMs > FIRST_RETRY_MS_MAX) this.lateFirstRetries++;
  }
}

/** The receiver restarts: nothing listens, and for a while afterwards the sender finds out that it does again. */
const isDown = (nowMs: number): boolean =>
  nowMs % RESTART_EVERY_MS > RESTART_EVERY_MS - 2 * RESTART_MS;

/** Fails 20 %, hangs 5 %, and restarts. */
export const troubled = (scheduler: Scheduler) => (nowMs: number) => {
  const phase = nowMs % RESTART_EVERY_MS;
  if (phase > RESTART_EVERY_MS - 2 * RESTART_MS && phase < RESTART_EVERY_MS - RESTART_MS) {
    return { outcome: refused, afterMs: 1 };
  }
  if (scheduler.chance(20)) return { outcome: failing, afterMs: scheduler.between(1, 30) };
  if (scheduler.chance(6.25)) return { outcome: silent, afterMs: HANG_MS };
  return { outcome: taken, afterMs: scheduler.between(1, 30) };
};

export const fast = (scheduler: Scheduler) => () => ({
  outcome: taken,
  afterMs: scheduler.between(1, 10),
});

export const hanging = () => () => ({ outcome: silent, afterMs: HANG_MS });
