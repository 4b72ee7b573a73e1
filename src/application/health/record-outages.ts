import type { OutageNoticed } from '../../domain/outage-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import { kindOf } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, ExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Logger } from '../ports/logger.js';
import { rootEvent } from '../ports/root-metadata.js';
import { outageStream } from '../streams.js';
import { ThrottledLog } from '../throttled-log.js';
import type { NoticedOutage, Outages } from './outages.js';

const LOOK_MS = 1_000;
/**
 * An outage that goes on is recorded again when its recorded end is this old. Others wait for at least 10 s after an end that they
 * know, so they read the new end before they stop waiting.
 */
const RECORD_AGAIN_MS = 5_000;

export interface RecordingSurroundings extends Clocks {
  readonly identifiers: Identifiers;
  readonly logger: Logger;
}

/**
 * Records the outages that this process noticed, so that other instances, and this one after a restart, wait for what Vonage repeats.
 * Runs on every instance: each knows only what it refused itself.
 */
export class RecordOutages {
  /** The recorded end of each outage, by the time at which it began. */
  private readonly recorded = new Map<number, number>();
  /** The end of the stream to which this process appended last; undefined where it is not known. */
  private end: { readonly stream: string; readonly revision: ExpectedRevision } | undefined;
  private recording = Promise.resolve();
  private readonly log: ThrottledLog;

  constructor(
    private readonly store: EventStore,
    private readonly outages: Pick<Outages, 'all'>,
    private readonly surroundings: RecordingSurroundings,
  ) {
    this.log = new ThrottledLog(surroundings.logger);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.record();
      await this.surroundings.monotonic.pause(LOOK_MS, signal);
    }
  }

  /** Records what is known now. Where the ledger takes nothing, `run` tries it again. */
  record(): Promise<void> {
    return (this.recording = this.recording.then(() => this.recordNews()));
  }

  private async recordNews(): Promise<void> {
    const known = this.outages.all;
    for (const beganMs of this.recorded.keys()) {
      if (!known.some((outage) => outage.beganMs === beganMs)) this.recorded.delete(beganMs);
    }
    try {
      for (const outage of known) {
        const { evidence } = outage;
        if (evidence !== 'none' && this.isNews(outage)) await this.append(outage, evidence);
      }
    } catch (error) {
      this.log.warn(
        kindOf(error),
        { error },
        'An outage could not be recorded yet, so other instances do not know of it; it is tried again.',
      );
    }
  }

  private isNews({ beganMs, endedMs }: NoticedOutage): boolean {
    const recordedMs = this.recorded.get(beganMs);
    if (recordedMs === undefined) return true;
    const ageMs = this.surroundings.monotonic.elapsedMs() - recordedMs;
    return endedMs > recordedMs && ageMs >= RECORD_AGAIN_MS;
  }

  private async append(
    { beganMs, endedMs }: NoticedOutage,
    evidence: OutageNoticed['data']['evidence'],
  ): Promise<void> {
    const { clock, monotonic, identifiers } = this.surroundings;
    const now = clock.now();
    const at = (ms: number): string =>
      new Date(now.getTime() - (monotonic.elapsedMs() - ms)).toISOString();
    const occurredAt = now.toISOString();
    const event: OutageNoticed = {
      type: 'OutageNoticed',
      data: { beganAt: at(beganMs), endedAt: at(endedMs), evidence, occurredAt },
    };
    const stream = outageStream(occurredAt);
    const noticed = [rootEvent(identifiers.newId(), event, 'agenda')];
    await decideAgain(async () => {
      const { revision } = this.end?.stream === stream ? this.end : await this.store.read(stream);
      this.end = undefined;
      const appended = await appendWithRetry(this.store, stream, noticed, revision, { monotonic });
      this.end = { stream, revision: appended.revision };
    });
    this.recorded.set(beganMs, endedMs);
  }
}
