import { isDirect } from '../../domain/message/direct-channels.js';
import { isUnheard, type Message } from '../../domain/message/message.js';
import type { OutageNoticed } from '../../domain/outage-events.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import { outageStream } from '../streams.js';
import { joinOutages, repeatedUntilMs, type Outage, type Outages } from './outages.js';

/** The ledger is asked for outages this often at most. */
const READ_AGAIN_MS = 1_000;
const DAY_MS = 24 * 60 * 60_000;

interface Reading {
  readonly atMs: number;
  readonly outages: Promise<readonly Outage[]>;
}

/** Tells for how long reports about a message may still be repeated, because nobody took them in. */
export class AwaitedRepeats {
  private reading: Reading | undefined;

  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly known: Pick<Outages, 'all'>,
    private readonly clocks: Clocks,
  ) {}

  /** @returns milliseconds; 0 when nothing more is to be waited for @throws StoreUnavailable */
  async leftMs(message: Message): Promise<number> {
    const { clock, monotonic } = this.clocks;
    const calledAt = firstUnheardCall(message);
    if (calledAt === undefined) return 0;
    const outages = joinOutages([...this.known.all, ...(await this.recorded())]);
    const nowMs = monotonic.elapsedMs();
    const calledMs = nowMs - (clock.now().getTime() - Date.parse(calledAt));
    const ends = outages
      .filter(({ endedMs }) => calledMs < endedMs)
      .map((outage) => repeatedUntilMs(outage, calledMs) - nowMs);
    return Math.max(0, ...ends);
  }

  /** What all instances have recorded since yesterday. */
  private recorded(): Promise<readonly Outage[]> {
    const nowMs = this.clocks.monotonic.elapsedMs();
    if (this.reading === undefined || nowMs - this.reading.atMs >= READ_AGAIN_MS) {
      const reading = { atMs: nowMs, outages: this.read() };
      this.reading = reading;
      reading.outages.catch(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    }
    return this.reading.outages;
  }

  private async read(): Promise<readonly Outage[]> {
    const { clock, monotonic } = this.clocks;
    const now = clock.now().getTime();
    const streams = [now - DAY_MS, now].map((ms) => outageStream(new Date(ms).toISOString()));
    const stored = await Promise.all(streams.map((stream) => this.store.read(stream)));
    const nowMs = monotonic.elapsedMs();
    // The clock of another instance may be ahead.
    const elapsedAt = (iso: string): number => nowMs - Math.max(0, now - Date.parse(iso));
    return stored.flatMap(({ events }) =>
      events
        .filter(({ damage }) => damage === undefined)
        .map(({ event }) => (event as OutageNoticed).data)
        .map(({ beganAt, endedAt }) => ({
          beganMs: elapsedAt(beganAt),
          endedMs: elapsedAt(endedAt),
        })),
    );
  }
}

/** The first call of which Vonage may still report anything, and about which nobody has decided. ISO 8601 UTC. */
function firstUnheardCall(message: Message): string | undefined {
  if (message.kind !== 'tracked') return undefined;
  const { attempts, resolutions } = message;
  return attempts
    .filter((attempt) => isUnheard(attempt) && !isDirect(attempt.channel))
    .filter(({ number }) => !resolutions.some((one) => one.attempt === number))
    .flatMap(({ startedAt, recoveredAt }) => startedAt ?? recoveredAt ?? [])
    .toSorted()[0];
}
