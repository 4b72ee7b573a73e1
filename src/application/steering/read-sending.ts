import { endsByItself } from '../../domain/sending/sending.js';
import type { HoldCause } from '../../domain/sending/sending-events.js';
import type { Agenda } from '../ports/agenda.js';
import type { Clock } from '../ports/clock.js';
import type { BackOff } from './back-off.js';
import type { Probes } from './probes.js';
import type { SteerSending } from './steer-sending.js';

export interface SendingView extends Flow {
  /** Senders whose messages wait, because Vonage refused them. */
  readonly heldSenders: readonly HeldSenderView[];
  /** Messages that are due to be sent; 10,001 means more than 10,000. */
  readonly waiting: number;
  /** Age of the oldest due message; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
}

interface Flow {
  readonly state: 'flowing' | 'held' | 'backing-off';
  /** Null where it was never held. */
  readonly since: string | null;
  /** The next three are null while sending flows. */
  readonly cause: HoldCause | null;
  readonly reason: string | null;
  readonly by: string | null;
  /** The time at which the next message is tried; null while sending flows, or when a person must release it. */
  readonly until: string | null;
}

export interface HeldSenderView {
  readonly channel: string;
  readonly from: string;
  readonly since: string;
  readonly reason: string;
  readonly by: string;
  /** The time at which its next message is tried. */
  readonly until: string;
}

/** Reads the state of sending, its begin, and the number of waiting messages. */
export class ReadSending {
  constructor(
    private readonly steering: Pick<SteerSending, 'look' | 'heldSenders'>,
    private readonly backOff: Pick<BackOff, 'current'>,
    private readonly probes: Pick<Probes, 'nextAt'>,
    private readonly agenda: Pick<Agenda, 'backlog'>,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailable */
  async execute(): Promise<SendingView> {
    const flow = await this.readFlow();
    const now = this.clock.now();
    const { entries, oldestDueAt } = await this.agenda.backlog('send', now.toISOString());
    return {
      ...flow,
      heldSenders: this.steering.heldSenders.map((hold) => ({
        ...hold,
        until: this.probes.nextAt(hold).toISOString(),
      })),
      waiting: entries,
      oldestWaitingSeconds:
        oldestDueAt === undefined ? null : (now.getTime() - Date.parse(oldestDueAt)) / 1000,
    };
  }

  private async readFlow(): Promise<Flow> {
    const sending = await this.steering.look();
    if (sending.state === 'held') {
      const until = endsByItself(sending.cause) ? this.probes.nextAt(sending).toISOString() : null;
      return { ...sending, until };
    }
    const none = { cause: null, reason: null, by: null, until: null };
    const backOff = this.backOff.current();
    if (backOff === undefined) return { ...none, ...sending };
    return {
      ...none,
      state: 'backing-off',
      since: backOff.since.toISOString(),
      reason: 'Vonage asked for slower sending (HTTP 429)',
      until: backOff.until.toISOString(),
    };
  }
}
