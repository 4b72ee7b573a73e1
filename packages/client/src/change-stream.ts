import { readFrames } from './event-frames.js';
import { errorOf, WaybillError } from './waybill-error.js';

/** A change as it was recorded. It names the event and the message; the details are asked for separately. */
export interface Change {
  /** Pass it as `after` to resume behind this change. */
  readonly position: string;
  readonly type: string;
  /** Undefined for an inbound message. */
  readonly messageId?: string;
  /** The place of its event in the stream of its message. */
  readonly revision: number;
  readonly messageUuid?: string;
  readonly attempt?: number;
  /** The reported status, when the change is a report. */
  readonly status?: string;
  readonly errorCode?: string;
  /** The reason why a report changed nothing. */
  readonly refusedBecause?: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

export interface FollowOptions {
  /** Begin behind this position; without it, now. */
  readonly after?: string;
  readonly signal?: AbortSignal;
  /** Called when the stream opens, and when it is lost; it is then resumed. */
  readonly onConnection?: (isOpen: boolean) => void;
  /** Called with each position from which the stream can be resumed, also of frames without a change. */
  readonly onPosition?: (position: string) => void;
  /** A stream on which not even a heartbeat comes for this long counts as lost; the service sends one every 15 s. */
  readonly silentMsMax?: number;
}

/** Three heartbeats. A network that drops packets tells nobody that the connection is gone. */
const SILENT_MS_MAX = 45_000;
const PAUSE_MS_MIN = 500;
/** The longest delay of a timer; a longer one, such as `Infinity`, would fire at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;
const PAUSE_MS_MAX = 10_000;

/** Opens the stream from a position. */
export type OpenStream = (after: string | undefined, signal: AbortSignal) => Promise<Response>;

/**
 * Yields every change once and in order. A lost connection is resumed behind the last change, with growing pauses.
 * @throws WaybillError when the service refuses the request for good, for example with 401
 */
export async function* followChanges(
  open: OpenStream,
  options: FollowOptions = {},
): AsyncGenerator<Change, void, undefined> {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  options.signal?.addEventListener('abort', end);
  if (options.signal?.aborted === true) end();
  let position = options.after;
  let pauseMs = PAUSE_MS_MIN;
  try {
    while (!ending.signal.aborted) {
      const connection = new Connection(ending.signal, options.silentMsMax ?? SILENT_MS_MAX);
      try {
        const response = await open(position, connection.signal);
        if (!response.ok) throw errorOf(response, await response.json().catch(() => null));
        options.onConnection?.(true);
        for await (const { id, data } of readFrames(response.body, connection.signal)) {
          // The time that the caller takes for a change is no silence.
          connection.rest();
          pauseMs = PAUSE_MS_MIN;
          if (id !== undefined && id !== '') {
            position = id;
            options.onPosition?.(id);
          }
          if (data !== '') yield JSON.parse(data) as Change;
          connection.listen();
        }
        if (ending.signal.aborted) return;
      } catch (error) {
        if (ending.signal.aborted) return;
        if (isForGood(error)) throw error;
        pauseMs = Math.max(pauseMs, pauseAskedBy(error));
      } finally {
        connection.end();
      }
      options.onConnection?.(false);
      await pause(pauseMs, ending.signal);
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    }
  } finally {
    options.signal?.removeEventListener('abort', end);
    ending.abort();
  }
}

/** One try of the stream. It is given up when the caller leaves, and when nothing comes for too long. */
class Connection {
  private readonly giving = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ending: AbortSignal,
    private readonly silentMsMax: number,
  ) {
    ending.addEventListener('abort', this.giveUp);
    this.listen();
  }

  get signal(): AbortSignal {
    return this.giving.signal;
  }

  listen(): void {
    this.timer = setTimeout(this.giveUp, Math.min(this.silentMsMax, TIMER_MS_MAX));
  }

  rest(): void {
    clearTimeout(this.timer);
  }

  end(): void {
    this.rest();
    this.ending.removeEventListener('abort', this.giveUp);
  }

  private readonly giveUp = (): void => this.giving.abort();
}

/** The pause that the service asks for before the next try; 0 when it names none. */
export const pauseAskedBy = (error: unknown): number =>
  error instanceof WaybillError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;

/** An invalid key or position does not become valid by waiting; everything else may pass. */
export const isForGood = (error: unknown): boolean =>
  error instanceof WaybillError &&
  error.status >= 400 &&
  error.status < 500 &&
  error.status !== 408 &&
  error.status !== 429;

export const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, TIMER_MS_MAX));
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
  });
