import { msLeft, type Moment } from '../../domain/elapsed-time.js';
import { PROBE_ATTEMPT_MAX } from '../../domain/message/decide.js';
import type { AttemptStart, MessageEvent } from '../../domain/message/message-events.js';
import type { Message, TrackedMessage } from '../../domain/message/message.js';
import type { SenderHold } from '../../domain/sending/sending.js';
import { isLive } from '../agenda/is-live.js';
import { AppendOutcomeUnknown } from '../errors.js';
import { RecipientOptedOut, type WithholdOptedOut } from '../contacts/withhold-opted-out.js';
import type { AwaitedRepeats } from '../health/awaited-repeats.js';
import type { MessageLedger } from '../message-ledger.js';
import { momentOf } from '../moment-of.js';
import type { AgendaEntry } from '../ports/agenda.js';
import type { Clocks } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import type { AttemptRequest } from '../ports/sms-gateway.js';
import { SendingIsHeld } from '../steering/steer-sending.js';
import type { Brakes } from './brakes.js';
import { settleDoubtfulStart } from './doubtful-start.js';

/** The largest time to live that Vonage accepts; the smallest is 20 s (Messages API, `ttl`). */
const TTL_SECONDS_MAX = 604_800;
const TTL_SECONDS_MIN = 20;

/** A sender whose messages wait. */
export class SenderIsHeld extends Error {
  override readonly name = 'SenderIsHeld';

  constructor(readonly hold: SenderHold) {
    super(`${hold.channel} from ${hold.from} is held`);
  }
}

/** A report may still be repeated that forbids the attempt, because nobody took it in. */
export class ReportsAwaited extends Error {
  override readonly name = 'ReportsAwaited';

  constructor(readonly leftMs: number) {
    super(`reports may be repeated for ${leftMs} ms`);
  }
}

/** The messages, opt-outs and repeated reports that are read before an attempt. */
export interface StartPorts {
  readonly messages: MessageLedger;
  readonly withhold: Pick<WithholdOptedOut, 'check' | 'withdraw'>;
  readonly repeats: Pick<AwaitedRepeats, 'leftMs'>;
}

export interface StartedAttempt {
  readonly attempt: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly request: AttemptRequest;
  /** The hold of the sender that this call may end; undefined for most. */
  readonly probes: SenderHold | undefined;
}

/** Records the start of a due attempt, after which alone Vonage may be called. */
export class StartAttempt {
  constructor(
    private readonly ports: StartPorts,
    private readonly brakes: Pick<Brakes, 'provider' | 'steering' | 'probes'>,
    private readonly surroundings: Clocks & { readonly logger: Logger },
  ) {}

  /**
   * @returns `early` when the ledger still waits to send the message, `stale` when it does not
   * @throws SendingIsHeld, SenderIsHeld, ReportsAwaited, UndecodableEvent, transient errors
   */
  async execute(entry: AgendaEntry, isProbe: boolean): Promise<StartedAttempt | 'early' | 'stale'> {
    try {
      return await this.start(entry, isProbe);
    } catch (error) {
      if (!(error instanceof RecipientOptedOut)) throw error;
      const { messageId } = entry;
      const after = await this.ports.withhold.withdraw(messageId, error);
      const { logger, clock } = this.surroundings;
      const { skippedStep: step } = error;
      if (step === null) {
        logger.info({ messageId }, 'A message was withdrawn: its recipient has opted out.');
      } else {
        const sentence = 'A fallback step was skipped: nothing may be sent to its recipient.';
        logger.info({ messageId, step }, sentence);
      }
      // The next step may have begun in the same millisecond; any other has an entry of its own.
      return isLive(entry, after, momentOf(clock)) ? 'early' : 'stale';
    }
  }

  private async start(
    entry: AgendaEntry,
    isProbe: boolean,
  ): Promise<StartedAttempt | 'early' | 'stale'> {
    const { messageId } = entry;
    const { clock } = this.surroundings;
    let probes: SenderHold | undefined;
    const beforeAppend = ([event]: readonly MessageEvent[]): void => {
      this.checkFlowing(isProbe);
      if (event?.type === 'AttemptStarted') probes = this.checkSender(event.data, probes);
    };
    // The id is not derived from the attempt: of two dispatchers that start it, only one may succeed.
    const factId = this.ports.messages.newFactId();
    const handled = this.ports.messages.handleOptimistically(
      messageId,
      { type: 'StartAttempt', messageId, isProbe },
      { source: 'dispatcher', factId, beforeAppend, admit: this.admit },
    );
    const { events, before, after } = await handled.catch((error: unknown) => {
      if (error instanceof AppendOutcomeUnknown) {
        void settleDoubtfulStart(messageId, factId, this.ports.messages, this.surroundings);
      }
      throw error;
    });
    const started = events[0];
    if (started?.type !== 'AttemptStarted' || before.kind !== 'tracked') {
      return isLive(entry, after, momentOf(clock)) ? 'early' : 'stale';
    }
    const { attempt, occurredAt: startedAt } = started.data;
    const request = requestFor(before, started.data, momentOf(clock));
    return { attempt, startedAt, request, probes };
  }

  /** @throws RecipientOptedOut, ReportsAwaited */
  private readonly admit = async (message: Message): Promise<void> => {
    const { withhold, repeats } = this.ports;
    await withhold.check(message);
    const leftMs = await repeats.leftMs(message);
    if (leftMs > 0) throw new ReportsAwaited(leftMs);
  };

  /** @throws SendingIsHeld */
  private checkFlowing(isProbe: boolean): void {
    const { provider, steering } = this.brakes;
    if (!steering.isHeldFor(provider)) return;
    if (isProbe && steering.probedHoldOf(provider) !== undefined) return;
    throw new SendingIsHeld('sending is held');
  }

  /**
   * @param probed the hold that the same attempt was allowed to probe before
   * @returns the hold that this attempt may probe; undefined when the sender is free
   * @throws SenderIsHeld
   */
  private checkSender(
    { channel, from, attempt }: AttemptStart,
    probed: SenderHold | undefined,
  ): SenderHold | undefined {
    const { steering, probes } = this.brakes;
    const hold = steering.senderHold(channel, from);
    if (hold === undefined || probed !== undefined) return probed;
    // A message that has used up the attempts of probes leaves the probe to another one.
    if (!probes.isDue(hold) || attempt > PROBE_ATTEMPT_MAX) throw new SenderIsHeld(hold);
    probes.made(hold);
    return hold;
  }
}

function requestFor(message: TrackedMessage, start: AttemptStart, moment: Moment): AttemptRequest {
  return {
    clientRef: start.clientRef,
    channel: start.channel,
    to: start.to,
    from: start.from,
    text: message.next?.text ?? '',
    ...(message.next?.subject === undefined ? {} : { subject: message.next.subject }),
    ...(message.next?.template === undefined ? {} : { template: message.next.template }),
    encoding: message.request?.encoding ?? 'auto',
    ttlSeconds: ttlLeft(message, moment),
  };
}

/** Returns the rest of the message's time to live, within Vonage's limits. */
function ttlLeft({ request, createdAt }: TrackedMessage, moment: Moment): number | null {
  if (request === null || request.expiresAt === null) return null;
  const from = request.sendAt === null ? createdAt : null;
  const seconds = Math.round(msLeft({ from, until: request.expiresAt }, moment) / 1000);
  return Math.min(TTL_SECONDS_MAX, Math.max(TTL_SECONDS_MIN, seconds));
}
