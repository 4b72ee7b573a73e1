import {
  isForGood,
  pause,
  pauseAskedBy,
  TIMER_MS_MAX,
  type Change,
  type FollowOptions,
} from './change-stream.js';
import type { Message, MessageStatus } from './shapes.js';

export interface WaitOptions {
  /** Any of these ends the wait; without it, any final status. */
  readonly until?: readonly MessageStatus[];
  /** A minute unless told otherwise. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The part of the client that it needs. */
interface Followed {
  message(signal: AbortSignal): Promise<Message>;
  follow(options: FollowOptions): AsyncIterable<Change>;
}

const TIMEOUT_MS = 60_000;
/** Between a look that found no service and the next. */
const PAUSE_MS = 500;

/** Follows the changes and reads the message after each of its own, so that nothing is polled while the stream is open. */
export async function waitForMessage(
  waybill: Followed,
  id: string,
  { until, timeoutMs = TIMEOUT_MS, signal }: WaitOptions,
): Promise<Message> {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal?.addEventListener('abort', end);
  const timer = setTimeout(end, Math.min(timeoutMs, TIMER_MS_MAX));
  const isReached = (message: Message): boolean =>
    until === undefined ? message.final : until.includes(message.status);
  let wakeUp = (): void => undefined;
  let isDue = true;
  let fault: unknown;
  const look = (): void => {
    isDue = true;
    wakeUp();
  };
  ending.signal.addEventListener('abort', () => wakeUp());
  // The stream opens before the first look, so that no change falls between the two.
  const following = follow(waybill, id, ending.signal, look);
  try {
    for (;;) {
      if (ending.signal.aborted) {
        signal?.throwIfAborted();
        throw new Error(`Message ${id} has no such status after ${timeoutMs} ms.`, {
          cause: fault,
        });
      }
      if (isDue) {
        isDue = false;
        try {
          const message = await waybill.message(ending.signal);
          fault = undefined;
          if (isReached(message)) return message;
        } catch (error) {
          if (ending.signal.aborted) continue;
          if (isForGood(error)) throw error;
          fault = error;
          await pause(Math.max(PAUSE_MS, pauseAskedBy(error)), ending.signal);
          isDue = true;
        }
      } else {
        await Promise.race([new Promise<void>((resolve) => (wakeUp = resolve)), following.failed]);
      }
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
    ending.abort();
  }
}

function follow(
  waybill: Followed,
  id: string,
  signal: AbortSignal,
  look: () => void,
): { readonly failed: Promise<void> } {
  const run = async (): Promise<void> => {
    // A stream that is refused or lost tells no change: then each try to open it is followed by a look.
    for await (const change of waybill.follow({ signal, onConnection: look })) {
      if (change.messageId === id) look();
    }
  };
  const failed = run();
  failed.catch(() => undefined);
  return { failed };
}
