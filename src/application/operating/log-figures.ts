import type { MonotonicClock } from '../ports/clock.js';
import type { LogStore } from '../ports/log-store.js';
import { LEDGER_STREAMS } from '../streams.js';
import { Remembered } from './remembered.js';
import type { WaitingSince } from './waiting-since.js';

/** The state of the transparency log. */
export interface LogFigures {
  /** Entries under the last checkpoint. */
  readonly size: number;
  /** Age of the oldest event that no checkpoint covers. */
  readonly lagSeconds: number;
  /** Time since this instance first saw the last checkpoint; a checkpoint tells no time of its own. */
  readonly checkpointAgeSeconds: number;
}

/** Looks how far the transparency log is. */
export class ReadLogFigures {
  private readonly figures: Remembered<LogFigures | undefined>;
  private seen: { readonly checkpoint: string; readonly atMs: number } | undefined;

  constructor(
    private readonly log: Pick<LogStore, 'state'>,
    private readonly waiting: WaitingSince,
    private readonly monotonic: MonotonicClock,
  ) {
    this.figures = new Remembered(() => this.look(), monotonic);
  }

  /** Undefined before the first checkpoint. @throws StoreUnavailable */
  read(): Promise<LogFigures | undefined> {
    return this.figures.get();
  }

  private async look(): Promise<LogFigures | undefined> {
    const state = await this.log.state();
    if (state === undefined) return undefined;
    const { checkpoint, size, position } = state;
    const nowMs = this.monotonic.elapsedMs();
    if (this.seen?.checkpoint !== checkpoint) this.seen = { checkpoint, atMs: nowMs };
    return {
      size,
      lagSeconds: await this.waiting.seconds(LEDGER_STREAMS, position),
      checkpointAgeSeconds: (nowMs - this.seen.atMs) / 1000,
    };
  }
}
