import type { HoldCause } from '../../domain/sending/sending-events.js';
import type { Agenda } from '../ports/agenda.js';
import type { Clock } from '../ports/clock.js';
import type { SteerSending } from './steer-sending.js';

export interface SendingView {
  readonly state: 'flowing' | 'held';
  /** Null where it was never held. */
  readonly since: string | null;
  /** The next three are null while sending flows. */
  readonly cause: HoldCause | null;
  readonly reason: string | null;
  readonly by: string | null;
  /** Messages that are due to be sent; 10,001 means more than 10,000. */
  readonly waiting: number;
  /** Age of the oldest due message; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
}

/** Reads the state of sending, its begin, and the number of waiting messages. */
export class ReadSending {
  constructor(
    private readonly steering: Pick<SteerSending, 'look'>,
    private readonly agenda: Pick<Agenda, 'backlog'>,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailable */
  async execute(): Promise<SendingView> {
    const sending = await this.steering.look();
    const now = this.clock.now();
    const { entries, oldestDueAt } = await this.agenda.backlog('send', now.toISOString());
    const held = sending.state === 'held' ? sending : undefined;
    return {
      state: sending.state,
      since: sending.since,
      cause: held?.cause ?? null,
      reason: held?.reason ?? null,
      by: held?.by ?? null,
      waiting: entries,
      oldestWaitingSeconds:
        oldestDueAt === undefined ? null : (now.getTime() - Date.parse(oldestDueAt)) / 1000,
    };
  }
}
