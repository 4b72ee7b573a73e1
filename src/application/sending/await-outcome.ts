import type { TrackedMessage } from '../../domain/message/message.js';
import type { MessageLedger } from '../message-ledger.js';
import { within } from '../pause.js';
import type { MonotonicClock } from '../ports/clock.js';

/** The longest time that a request may be held open. */
export const WAIT_SECONDS_MAX = 30;

/** Poll interval of the ledger, because another instance may make the call without a notice here. */
const POLL_MS = 500;

/** Waits until Vonage has answered the first call for a message, or the time is over. */
export class AwaitOutcome {
  private readonly waiting = new Set<() => void>();
  private stopped = false;

  constructor(
    private readonly messages: MessageLedger,
    private readonly clock: MonotonicClock,
  ) {}

  /** Answers every waiting request with the present state: no further call is made, and the server wants to close. */
  stop(): void {
    this.stopped = true;
    for (const wake of this.waiting) wake();
  }

  /**
   * @param seconds 0 to `WAIT_SECONDS_MAX`; larger values count as the maximum
   * @returns the message at the end of the wait
   */
  async execute(messageId: string, seconds: number): Promise<TrackedMessage> {
    const untilMs = this.clock.elapsedMs() + Math.min(seconds, WAIT_SECONDS_MAX) * 1000;
    let changed = (): void => undefined;
    const wake = (): void => changed();
    const stopWatching = this.messages.watch(messageId, wake);
    this.waiting.add(wake);
    try {
      for (;;) {
        // Subscribes before it reads, so that no event in between is missed.
        const change = new Promise<void>((resolve) => (changed = resolve));
        const { message } = await this.messages.read(messageId);
        if (message.kind === 'unheard-of') throw new Error('A recorded message cannot be missing.');
        const leftMs = untilMs - this.clock.elapsedMs();
        if (isAnswered(message) || leftMs <= 0 || this.stopped) return message;
        await within(this.clock, Math.min(POLL_MS, leftMs), change, undefined);
      }
    } finally {
      stopWatching();
      this.waiting.delete(wake);
    }
  }
}

const isAnswered = ({ status, attempts }: TrackedMessage): boolean => {
  const first = attempts[0];
  if (first !== undefined) return first.outcome !== 'pending';
  return status !== 'accepted';
};
