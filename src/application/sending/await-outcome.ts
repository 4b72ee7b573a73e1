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
   * Never rejects: the message is recorded, and a caller who hears of a failure instead may send it again.
   * @param seconds 0 to `WAIT_SECONDS_MAX`; larger values count as the maximum
   * @returns the message as it was read last; undefined when it could not be read
   */
  async execute(messageId: string, seconds: number): Promise<TrackedMessage | undefined> {
    const untilMs = this.clock.elapsedMs() + Math.min(seconds, WAIT_SECONDS_MAX) * 1000;
    let changed = (): void => undefined;
    const wake = (): void => changed();
    const stopWatching = this.messages.watch(messageId, wake);
    this.waiting.add(wake);
    let known: TrackedMessage | undefined;
    try {
      for (;;) {
        // Subscribes before it reads, so that no event in between is missed.
        const change = new Promise<void>((resolve) => (changed = resolve));
        known = (await this.read(messageId)) ?? known;
        const leftMs = untilMs - this.clock.elapsedMs();
        if (isAnswered(known) || leftMs <= 0 || this.stopped) return known;
        await within(this.clock, Math.min(POLL_MS, leftMs), change, undefined);
      }
    } finally {
      stopWatching();
      this.waiting.delete(wake);
    }
  }

  private async read(messageId: string): Promise<TrackedMessage | undefined> {
    try {
      const { message } = await this.messages.read(messageId);
      return message.kind === 'tracked' ? message : undefined;
    } catch {
      return undefined;
    }
  }
}

function isAnswered(message: TrackedMessage | undefined): boolean {
  if (message === undefined) return false;
  const first = message.attempts[0];
  if (first !== undefined) return first.outcome !== 'pending';
  return message.status !== 'accepted';
}
