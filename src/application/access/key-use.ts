import { orRecordedMeanwhile } from '../decide-again.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Logger } from '../ports/logger.js';
import { keyUseStream } from '../streams.js';
import { ThrottledLog } from '../throttled-log.js';
import { rootEvent } from '../ports/root-metadata.js';

const HOUR_MS = 3_600_000;
/** Pause before recording a use again after the ledger could not take it. */
const RETRY_MS = 60_000;
/** A key that was not used within these months counts as never used. */
export const LAST_USE_MONTHS = 13;

interface Use {
  lastMs: number;
  /** The hour whose use is in the ledger or is being appended. */
  recordedHour: number;
  /** Milliseconds of the monotonic clock. */
  retryAtMs: number;
}

/**
 * Tracks the last use of each key: to the request on this instance, and to the hour in the ledger. Recording is not
 * part of a request and costs one event for each key and hour.
 */
export class KeyUse {
  private readonly uses = new Map<string, Use>();
  private readonly log: ThrottledLog;

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly monotonicClock: MonotonicClock,
    private readonly identifiers: Identifiers,
    logger: Logger,
  ) {
    this.log = new ThrottledLog(logger);
  }

  /** @param name of a key that exists, so that unknown names cannot make the map grow */
  used(name: string): void {
    const nowMs = this.clock.now().getTime();
    const hour = Math.floor(nowMs / HOUR_MS);
    const use = this.uses.get(name) ?? { lastMs: nowMs, recordedHour: -1, retryAtMs: -Infinity };
    this.uses.set(name, use);
    use.lastMs = nowMs;
    if (use.recordedHour === hour || this.monotonicClock.elapsedMs() < use.retryAtMs) return;
    use.recordedHour = hour;
    this.record(name, nowMs).catch((error: unknown) => {
      use.recordedHour = -1;
      use.retryAtMs = this.monotonicClock.elapsedMs() + RETRY_MS;
      this.log.warn(
        'use',
        { error, key: name },
        'It could not be recorded that an API key is used.',
      );
    });
  }

  /** ISO 8601 UTC; null: never, or not for `LAST_USE_MONTHS`. @throws StoreUnavailable */
  async lastUse(name: string): Promise<string | null> {
    const here = this.uses.get(name);
    const newest = here === undefined ? null : new Date(here.lastMs).toISOString();
    const recorded = await this.lastRecorded(name);
    if (newest === null || recorded === null) return newest ?? recorded;
    return newest > recorded ? newest : recorded;
  }

  private async lastRecorded(name: string): Promise<string | null> {
    const month = this.clock.now();
    month.setUTCDate(1);
    for (let back = 0; back < LAST_USE_MONTHS; back++) {
      const { events } = await this.store.read(keyUseStream(name, month.toISOString()));
      const last = events.findLast(({ damage }) => damage === undefined);
      if (last !== undefined) return last.event.data.occurredAt;
      month.setUTCMonth(month.getUTCMonth() - 1);
    }
    return null;
  }

  /** Another instance may have recorded the same hour; one event is enough. */
  private async record(name: string, nowMs: number): Promise<void> {
    const occurredAt = new Date(nowMs).toISOString();
    const hour = Math.floor(nowMs / HOUR_MS);
    const stream = keyUseStream(name, occurredAt);
    const { events, revision } = await this.store.read(stream);
    const last = events.findLast(({ damage }) => damage === undefined)?.event.data.occurredAt;
    if (last !== undefined && Date.parse(last) >= hour * HOUR_MS) return;
    const id = this.identifiers.idOf('key-used', name, String(hour));
    const event = { type: 'KeyUsed', data: { name, occurredAt } } as const;
    const append = this.store.append(stream, [rootEvent(id, event, 'api', name)], revision);
    await orRecordedMeanwhile(append);
  }
}
