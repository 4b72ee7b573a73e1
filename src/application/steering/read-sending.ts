import {
  endsByItself,
  neverHeld,
  type HeldSending,
  type SenderHold,
  type Sending,
} from '../../domain/sending/sending.js';
import type { HoldCause } from '../../domain/sending/sending-events.js';
import { capitalised } from '../auditing/sentences.js';
import type { HeldForReports } from '../health/held-for-reports.js';
import type { Agenda } from '../ports/agenda.js';
import type { Clock } from '../ports/clock.js';
import type { Pace } from '../ports/pace.js';
import { providerNames, providers, type Provider } from '../../domain/sending/provider.js';
import type { Priority } from '../../domain/message/priority.js';
import type { BackOff } from './back-off.js';
import type { Probes } from './probes.js';
import type { SteerSending } from './steer-sending.js';

/** Its own fields are about all of sending and about Vonage, which takes most messages. */
export interface SendingView extends Flow {
  /** Senders whose messages wait, because their providers refused them. */
  readonly heldSenders: readonly HeldSenderView[];
  /** Messages that are due to be sent, by lane; 10,001 means more than 10,000. */
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Age of the oldest due message; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
  /** Windows and second texts wait for repeated reports after an outage, as far as this instance does the work; null otherwise. */
  readonly awaitsReports: AwaitsReportsView | null;
  /** Calls to Vonage a second: those configured, and those made at most now. */
  readonly pace: PaceView;
  /** The providers that are set up, and others that are held by themselves. */
  readonly providers: readonly ProviderView[];
}

export interface ProviderView extends Flow {
  readonly provider: Provider;
  readonly pace: PaceView;
}

export interface AwaitsReportsView {
  readonly since: string;
  readonly until: string;
}

interface PaceView {
  readonly permitted: number;
  readonly current: number;
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

export interface HeldSenderView extends SenderHold {
  /** The time at which its next message is tried. */
  readonly until: string;
}

/** The brakes that the state of sending shows. */
export interface ShownBrakes {
  readonly backOffs: { of(provider: Provider): Pick<BackOff, 'current'> };
  readonly paces: { of(provider: Provider): Pick<Pace, 'rate'> };
  readonly probes: Pick<Probes, 'nextAt'>;
  readonly heldForReports: Pick<HeldForReports, 'current'>;
}

/** Reads the state of sending, its begin, and the number of waiting messages. */
export class ReadSending {
  constructor(
    private readonly steering: Pick<SteerSending, 'look' | 'currentOf' | 'ownOf' | 'heldSenders'>,
    private readonly brakes: ShownBrakes,
    private readonly agenda: Pick<Agenda, 'sendBacklog'>,
    private readonly clock: Clock,
    private readonly setUp: readonly Provider[],
  ) {}

  /** @throws StoreUnavailable */
  async execute(): Promise<SendingView> {
    const sending = await this.steering.look();
    // Somebody may hold or release while the waiting messages are counted.
    const steered = {
      ...this.flowOf('vonage', sending),
      heldSenders: this.steering.heldSenders.map((hold) => ({
        ...hold,
        until: this.brakes.probes.nextAt(hold).toISOString(),
      })),
      awaitsReports: this.awaitsReports,
      pace: this.paceOf('vonage'),
      providers: this.providers(),
    };
    const now = this.clock.now();
    const lanes = await this.agenda.sendBacklog(now.toISOString());
    const [oldestDueAt] = Object.values(lanes)
      .flatMap(({ oldestDueAt: at }) => (at === undefined ? [] : [at]))
      .toSorted();
    return {
      ...steered,
      waiting: {
        high: lanes.high.entries,
        normal: lanes.normal.entries,
        bulk: lanes.bulk.entries,
      },
      oldestWaitingSeconds:
        oldestDueAt === undefined ? null : (now.getTime() - Date.parse(oldestDueAt)) / 1000,
    };
  }

  /**
   * The hold of a provider at the last look. Nothing goes to one that is not set up anyway, so a hold of all of sending
   * says nothing about it.
   */
  holdOf(provider: Provider): HeldSending | undefined {
    const sending = this.setUp.includes(provider)
      ? this.steering.currentOf(provider)
      : this.steering.ownOf(provider);
    return sending?.state === 'held' ? sending : undefined;
  }

  get awaitsReports(): AwaitsReportsView | null {
    const wait = this.brakes.heldForReports.current();
    if (wait === undefined) return null;
    return { since: wait.since.toISOString(), until: wait.until.toISOString() };
  }

  private providers(): readonly ProviderView[] {
    return providers.flatMap((provider) => {
      if (!this.setUp.includes(provider) && this.holdOf(provider) === undefined) return [];
      const sending = this.steering.currentOf(provider) ?? neverHeld;
      const flow = this.flowOf(provider, sending);
      return [{ provider, ...flow, pace: this.paceOf(provider) }];
    });
  }

  private paceOf(provider: Provider): PaceView {
    const { permitted, current } = this.brakes.paces.of(provider).rate;
    return { permitted, current: rounded(current) };
  }

  private flowOf(provider: Provider, sending: Sending): Flow {
    if (sending.state === 'held') {
      const until = endsByItself(sending.cause)
        ? this.brakes.probes.nextAt({ ...sending, provider }).toISOString()
        : null;
      return { ...sending, until };
    }
    const none = { cause: null, reason: null, by: null, until: null };
    const backOff = this.brakes.backOffs.of(provider).current();
    if (backOff === undefined) return { ...none, ...sending };
    return {
      ...none,
      state: 'backing-off',
      since: backOff.since.toISOString(),
      reason: `${capitalised(providerNames[provider])} asked for slower sending (HTTP 429)`,
      until: backOff.until.toISOString(),
    };
  }
}

const rounded = (rate: number): number => Math.round(rate * 100) / 100;
