import { endsByItself } from '../../domain/sending/sending.js';
import type { HoldCause } from '../../domain/sending/sending-events.js';
import type { Agenda } from '../ports/agenda.js';
import type { Clock } from '../ports/clock.js';
import type { Pace } from '../ports/pace.js';
import type { Priority } from '../../domain/message/priority.js';
import type { BackOff } from './back-off.js';
import type { Probes } from './probes.js';
import type { SteerSending } from './steer-sending.js';

export interface SendingView extends Flow {
  /** Senders whose messages wait, because Vonage refused them. */
  readonly heldSenders: readonly HeldSenderView[];
  /** Messages that are due to be sent, by lane; 10,001 means more than 10,000. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Age of the oldest due message; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
  /** Calls to Vonage a second: those configured, and those made at most now. */
  readonly pace: { readonly permitted: number; readonly current: number };
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
  private readonly agenda: Pick<Agenda, 'sendBacklog'>;
  private readonly pace: Pick<Pace, 'rate'>;

  constructor(
    private readonly steering: Pick<SteerSending, 'look' | 'heldSenders'>,
    private readonly backOff: Pick<BackOff, 'current'>,
    private readonly probes: Pick<Probes, 'nextAt'>,
    {
      agenda,
      pace,
    }: { readonly agenda: Pick<Agenda, 'sendBacklog'>; readonly pace: Pick<Pace, 'rate'> },
    private readonly clock: Clock,
  ) {
    this.agenda = agenda;
    this.pace = pace;
  }

  /** @throws StoreUnavailable */
  async execute(): Promise<SendingView> {
    const flow = await this.readFlow();
    const now = this.clock.now();
    const lanes = await this.agenda.sendBacklog(now.toISOString());
    const [oldestDueAt] = Object.values(lanes)
      .flatMap(({ oldestDueAt: at }) => (at === undefined ? [] : [at]))
      .toSorted();
    return {
      ...flow,
      heldSenders: this.steering.heldSenders.map((hold) => ({
        ...hold,
        until: this.probes.nextAt(hold).toISOString(),
      })),
      waiting: {
        high: lanes.high.entries,
        normal: lanes.normal.entries,
        bulk: lanes.bulk.entries,
      },
      oldestWaitingSeconds:
        oldestDueAt === undefined ? null : (now.getTime() - Date.parse(oldestDueAt)) / 1000,
      pace: { permitted: this.pace.rate.permitted, current: rounded(this.pace.rate.current) },
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

const rounded = (rate: number): number => Math.round(rate * 100) / 100;
