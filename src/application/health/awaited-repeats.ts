import { isDirect } from '../../domain/message/direct-channels.js';
import { isUnheard, type Message } from '../../domain/message/message.js';
import type { Clocks } from '../ports/clock.js';
import { joinOutages, repeatedUntilMs, type Outage, type Outages } from './outages.js';
import type { RecordedOutages } from './recorded-outages.js';

/** The ledger is asked for outages this often at most. */
const READ_AGAIN_MS = 1_000;

/** Kept, because hundreds of messages ask at once. */
interface Joined {
  readonly own: readonly Outage[];
  readonly recorded: readonly Outage[];
  readonly outages: readonly Outage[];
}

interface Reading {
  readonly atMs: number;
  readonly outages: Promise<readonly Outage[]>;
}

/** Tells for how long reports about a message may still be repeated, because nobody took them in. */
export class AwaitedRepeats {
  private reading: Reading | undefined;
  private joined: Joined = { own: [], recorded: [], outages: [] };

  constructor(
    private readonly recordedOutages: Pick<RecordedOutages, 'read'>,
    private readonly known: Pick<Outages, 'all'>,
    private readonly clocks: Clocks,
  ) {}

  /** @returns milliseconds; 0 when nothing more is to be waited for @throws StoreUnavailable */
  async leftMs(message: Message): Promise<number> {
    const { clock, monotonic } = this.clocks;
    const calledAt = firstUnheardCall(message);
    if (calledAt === undefined) return 0;
    const outages = this.join(this.known.all, await this.recorded());
    const nowMs = monotonic.elapsedMs();
    const calledMs = nowMs - (clock.now().getTime() - Date.parse(calledAt));
    const ends = outages
      .filter(({ endedMs }) => calledMs < endedMs)
      .map((outage) => repeatedUntilMs(outage, calledMs) - nowMs);
    return Math.max(0, ...ends);
  }

  private join(own: readonly Outage[], recorded: readonly Outage[]): readonly Outage[] {
    if (this.joined.own !== own || this.joined.recorded !== recorded) {
      this.joined = { own, recorded, outages: joinOutages([...own, ...recorded]) };
    }
    return this.joined.outages;
  }

  /** Returns the outages that all instances have recorded in the last day, kept for a second. */
  private recorded(): Promise<readonly Outage[]> {
    const nowMs = this.clocks.monotonic.elapsedMs();
    if (this.reading === undefined || nowMs - this.reading.atMs >= READ_AGAIN_MS) {
      const reading = { atMs: nowMs, outages: this.recordedOutages.read() };
      this.reading = reading;
      reading.outages.catch(() => {
        if (this.reading === reading) this.reading = undefined;
      });
    }
    return this.reading.outages;
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
