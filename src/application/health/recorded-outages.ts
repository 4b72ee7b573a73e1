import type { OutageNoticed } from '../../domain/outage-events.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import { outageStream } from '../streams.js';
import { ThrottledLog } from '../throttled-log.js';
import { joinOutages, type Outage } from './outages.js';

const HOUR_MS = 60 * 60_000;
/** Vonage repeats a webhook for a day, so outages are joined over as long. */
const HOURS = 24;
/** An instance whose clock is behind may record in an hour for this long after its end. */
const LATE_MS_MAX = 5 * 60_000;
/** An outage further ahead of our clock is ignored, because a wrong clock recorded it. It would hold everything until our clock reaches it. */
const AHEAD_MS_MAX = 10_000;
/** After reads have failed for this long, the known outages must do: one damaged record must not stop all windows for a day. */
const FAILING_MS_MAX = 60_000;

interface Hour {
  readonly outages: readonly Outage[];
  /** Nothing is recorded in it any more, so it is not read again. */
  readonly isOver: boolean;
}

const streamAt = (ms: number): string => outageStream(new Date(ms).toISOString());

/** Reads the outages that all instances have recorded in the last day. */
export class RecordedOutages {
  private readonly hours = new Map<string, Hour>();
  private failingSinceMs: number | undefined;
  private readonly log: ThrottledLog;

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly surroundings: Clocks & { readonly logger: Logger },
  ) {
    this.log = new ThrottledLog(surroundings.logger);
  }

  /** @throws what the ledger throws, for a minute */
  async read(): Promise<readonly Outage[]> {
    const now = this.surroundings.clock.now().getTime();
    const streams = Array.from({ length: HOURS + 1 }, (_, ago) => streamAt(now - ago * HOUR_MS));
    for (const stream of this.hours.keys()) {
      if (!streams.includes(stream)) this.hours.delete(stream);
    }
    const open = [streamAt(now), streamAt(now - LATE_MS_MAX)];
    const reads = await Promise.allSettled(
      streams
        .filter((stream) => this.hours.get(stream)?.isOver !== true)
        .map((stream) => this.readHour(stream, !open.includes(stream))),
    );
    this.checkFailure(reads.find((read) => read.status === 'rejected')?.reason);
    return joinOutages([...this.hours.values()].flatMap(({ outages }) => outages));
  }

  private async readHour(stream: string, isOver: boolean): Promise<void> {
    const { clock, monotonic } = this.surroundings;
    const { events } = await this.store.read(stream);
    const now = clock.now().getTime();
    const nowMs = monotonic.elapsedMs();
    const elapsedAt = (iso: string): number => nowMs - Math.max(0, now - Date.parse(iso));
    const outages = events
      .filter(({ damage }) => damage === undefined)
      .map(({ event }) => (event as OutageNoticed).data)
      .filter(({ endedAt }) => Date.parse(endedAt) <= now + AHEAD_MS_MAX)
      .map(({ beganAt, endedAt }) => ({
        beganMs: elapsedAt(beganAt),
        endedMs: elapsedAt(endedAt),
      }));
    this.hours.set(stream, { outages: joinOutages(outages), isOver });
  }

  private checkFailure(error: unknown): void {
    if (error === undefined) {
      this.failingSinceMs = undefined;
      return;
    }
    const nowMs = this.surroundings.monotonic.elapsedMs();
    this.failingSinceMs ??= nowMs;
    if (nowMs - this.failingSinceMs < FAILING_MS_MAX) throw error;
    this.log.error(
      'outages',
      { error },
      'Recorded outages cannot be read, so windows and second texts wait only for the repeats that this instance knows of.',
    );
  }
}
