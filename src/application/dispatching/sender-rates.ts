import { countryOfAddress } from '../../domain/contacts/address.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { WaitingLine } from '../ports/agenda.js';

type Sender = Pick<WaitingLine, 'channel' | 'from'>;

/** Calls are a little further apart, because their ways to Vonage take differently long. */
const MARGIN = 1.02;
/** More senders than one account has. */
const SENDERS_MAX = 10_000;

/** Toll-free numbers of North America have a higher limit than long numbers, which Vonage does not publish. */
const tollFree = /^1(?:800|822|833|844|855|866|877|888)/;

/**
 * Keeps senders within their own limits. Vonage takes one SMS a second from a long number of the US (support article
 * 203993598); a registered campaign (10DLC) may have more.
 */
export class SenderRates {
  private readonly nextAtMs = new Map<string, number>();

  constructor(
    private readonly clock: MonotonicClock,
    private readonly usNumberPerSecond: number,
  ) {}

  /** The time until this sender may send again, milliseconds. */
  leftMs(sender: Sender): number {
    const nextAtMs = this.nextAtMs.get(nameOf(sender));
    return nextAtMs === undefined ? 0 : Math.max(0, nextAtMs - this.clock.elapsedMs());
  }

  /** Notes a call of this sender. */
  sent(sender: Sender): void {
    if (!isLongUsNumber(sender)) return;
    if (this.nextAtMs.size >= SENDERS_MAX) this.nextAtMs.clear();
    const intervalMs = (1_000 * MARGIN) / this.usNumberPerSecond;
    this.nextAtMs.set(nameOf(sender), this.clock.elapsedMs() + intervalMs);
  }
}

const isLongUsNumber = ({ channel, from }: Sender): boolean =>
  channel === 'sms' && /^1\d{10}$/.test(from) && !tollFree.test(from) && isOfUs(from);

const isOfUs = (from: string): boolean => countryOfAddress(from, 'sms') === 'US';

const nameOf = ({ channel, from }: Sender): string => `${channel}\t${from}`;
