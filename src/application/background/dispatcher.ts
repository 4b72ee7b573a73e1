import { msLeft, type Moment } from '../../domain/elapsed-time.js';
import { refusedPart } from '../../domain/message/account-refusal.js';
import { isDirect, takerOf } from '../../domain/message/direct-channels.js';
import type { AttemptStart, MessageEvent } from '../../domain/message/message-events.js';
import type { TrackedMessage } from '../../domain/message/message.js';
import { BY_ITSELF } from '../../domain/sending/sending-events.js';
import type { SenderHold } from '../../domain/sending/sending.js';
import { capitalised } from '../auditing/sentences.js';
import { isTransient, UndecodableEvent } from '../errors.js';
import type { MessageLedger } from '../message-ledger.js';
import { momentOf } from '../moment-of.js';
import { RecipientOptedOut, type WithholdOptedOut } from '../contacts/withhold-opted-out.js';
import { FairTurns } from '../dispatching/fair-turns.js';
import type { SenderRates } from '../dispatching/sender-rates.js';
import { WaitingLines, type Waiting } from '../dispatching/waiting-lines.js';
import { RETRIES, type Agenda, type AgendaEntry, type WaitingLine } from '../ports/agenda.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Metrics } from '../ports/metrics.js';
import type { Logger } from '../ports/logger.js';
import type { Pace } from '../ports/pace.js';
import type { AttemptOutcome, AttemptRequest, SmsGateway } from '../ports/sms-gateway.js';
import type { BackOff } from '../steering/back-off.js';
import type { Probes } from '../steering/probes.js';
import { SendingIsHeld, type SteerSending } from '../steering/steer-sending.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { EntriesAside } from '../agenda/entries-aside.js';
import { isLive } from '../agenda/is-live.js';
import { Loop, STANDBY_REASON } from './loop.js';

/** The most concurrent calls. Enough for 30 calls a second that take 4 s each. */
const CALLS_MAX = 120;
/** Further calls for messages of high priority alone, so that slow calls of others do not keep them waiting. */
const HIGH_CALLS_MAX = 30;
/** Calls on channels beside Vonage, which have slots of their own: a mail server that hangs must not delay a text. */
const DIRECT_CALLS_MAX = 30;
/** The agenda changes with every call; it is read again no more often than this. */
const REFILL_PERIOD_MS = 20;
/** The longest wait for a sender's own limit, since a message of another sender may come. */
const SENDER_WAIT_MS_MAX = 100;

/** The largest time to live that Vonage accepts; the smallest is 20 s (Messages API, `ttl`). */
const TTL_SECONDS_MAX = 604_800;
const TTL_SECONDS_MIN = 20;

/** Pause after a fault of ours, so that an unavailable store is not asked thirty times a second. */
const FAULT_PAUSE_MS = 1_000;
/** Silence limit of a round, which may wait for a pause that Vonage asked for. */
const PAUSE_SILENCE_MS = 75_000;
/** Extra silence for a call in the round, before and after which the ledger may be slow. */
const SILENCE_BESIDE_CALL_MS = 35_000;
/** Pause before an unreadable message is read again: only another ledger or another build can mend it. */
const UNREADABLE_PAUSE_MS = 10 * 60_000;
/** Pause before an entry that was not due yet is looked at again. */
const EARLY_PAUSE_MS = 1_000;
/** The longest pause before a message of a held sender is looked at again. */
const HELD_SENDER_PAUSE_MS_MAX = 5_000;
/** The longest pause between two tries to record Vonage's answer. */
const RECORD_PAUSE_MS_MAX = 2_000;

export interface DispatcherPorts {
  readonly messages: MessageLedger;
  readonly agenda: Agenda;
  readonly gateway: SmsGateway;
  readonly pace: Pace;
  readonly withhold: Pick<WithholdOptedOut, 'check' | 'withdraw'>;
}

/** The brakes on sending: an operator's hold, Vonage's refusals, its 429, a sender's own limit. */
export interface Brakes {
  readonly backOff: BackOff;
  readonly steering: Pick<
    SteerSending,
    | 'isHeld'
    | 'probedHold'
    | 'senderHold'
    | 'hold'
    | 'holdSender'
    | 'releaseByItself'
    | 'releaseSenderByItself'
  >;
  readonly probes: Probes;
  readonly senderRates: SenderRates;
}

/** A sender whose messages wait. */
class SenderIsHeld extends Error {
  override readonly name = 'SenderIsHeld';

  constructor(readonly hold: SenderHold) {
    super(`${hold.channel} from ${hold.from} is held`);
  }
}

interface StartedAttempt {
  readonly attempt: number;
  readonly request: AttemptRequest;
  /** The hold of the sender that this call may end; undefined for most. */
  readonly probes: SenderHold | undefined;
}

/** The clocks, and the receivers of logs, metrics and health. */
export interface DispatcherSurroundings {
  readonly clock: Clock;
  readonly monotonic: MonotonicClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Time limit of one call to Vonage. */
  readonly callTimeoutMs: number;
}

/**
 * Hands messages to Vonage. First it records the start of a due attempt in the ledger, with the expected revision, so
 * that of many dispatchers one wins; then it calls Vonage, once; then it records the outcome. A crash in between is
 * left to `Timers`, which never sends.
 */
export class Dispatcher {
  private readonly loop: Loop;
  private readonly health: HealthReporter;
  private readonly underWay = new Map<string, Promise<void>>();
  /** How many of them are on channels beside Vonage. */
  private directUnderWay = 0;
  private readonly lines: WaitingLines;
  private readonly turns = new FairTurns();
  /** True when the agenda may have changed since the lines were read. */
  private isStale = true;
  private refilledAtMs = -Infinity;

  /** Entries of messages that cannot be read. */
  private readonly aside: EntriesAside;

  private readonly messages: MessageLedger;
  private readonly agenda: Agenda;
  private readonly gateway: SmsGateway;
  private readonly pace: Pace;
  private readonly withhold: DispatcherPorts['withhold'];
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly metrics: Metrics;

  private readonly backOff: BackOff;
  private readonly steering: Brakes['steering'];
  private readonly probes: Probes;
  private readonly senderRates: SenderRates;
  private readonly monotonic: MonotonicClock;

  constructor(
    { messages, agenda, gateway, pace, withhold }: DispatcherPorts,
    { backOff, steering, probes, senderRates }: Brakes,
    private readonly adoptReports: AdoptReports,
    { clock, monotonic, logger, metrics, health, callTimeoutMs }: DispatcherSurroundings,
  ) {
    this.backOff = backOff;
    this.steering = steering;
    this.probes = probes;
    this.senderRates = senderRates;
    this.messages = messages;
    this.agenda = agenda;
    this.gateway = gateway;
    this.pace = pace;
    this.withhold = withhold;
    this.clock = clock;
    this.monotonic = monotonic;
    this.aside = new EntriesAside(monotonic);
    this.lines = new WaitingLines(agenda, this.aside);
    this.logger = logger;
    this.metrics = metrics;
    this.health = health.reporter('dispatcher', ['sending'], {
      silenceMsMax: Math.max(PAUSE_SILENCE_MS, callTimeoutMs + SILENCE_BESIDE_CALL_MS),
    });
    this.health.report('standby', STANDBY_REASON);
    this.loop = new Loop('dispatcher', monotonic, logger, this.health, (signal) =>
      this.round(signal),
    );
  }

  /** The number of entries skipped for a while because their messages cannot be read. */
  get steppedOver(): number {
    return this.aside.total;
  }

  /** Wakes the loop, because something may have become due. */
  wake(): void {
    this.isStale = true;
    this.loop.wake();
  }

  /** Starts calls until `signal` aborts; resolves when the outcomes of those under way are recorded. */
  async run(signal: AbortSignal): Promise<void> {
    // An entry handled in an earlier turn may be on the agenda again.
    this.lines.clear();
    await this.loop.run(signal);
    await Promise.allSettled(this.underWay.values());
    this.health.report('standby', STANDBY_REASON);
  }

  private async round(signal: AbortSignal): Promise<boolean> {
    if (this.steering.isHeld) return this.probe(signal);
    await this.refill();
    let begun = 0;
    while (!signal.aborted && !this.steering.isHeld) {
      if (this.ready().length === 0) break;
      if (!(await this.awaitTurn(signal))) return false;
      this.health.working();
      // Something more urgent may have come meanwhile.
      if (this.isRefillDue()) await this.refill();
      if (this.steering.isHeld) return false;
      const waiting = this.takeNext();
      if (waiting === undefined) continue;
      begun++;
      const call = this.begin(waiting, signal, false);
      if (this.backOff.mustProbe) await call;
    }
    return begun > 0 || this.awaitRoom(signal);
  }

  /** Waits where only a sender's own limit keeps a message back. @returns false when nothing is to be waited for */
  private async awaitRoom(signal: AbortSignal): Promise<boolean> {
    const lines = this.lines.ready();
    if (lines.length === 0) return false;
    // The end of a call wakes the loop then, and so does a message of high priority.
    if (this.underWay.size - this.directUnderWay >= CALLS_MAX) return false;
    const leftMs = Math.min(...lines.map((line) => this.senderRates.leftMs(line)));
    if (leftMs === 0 || leftMs === Infinity) return false;
    const waitMs = Math.min(leftMs, SENDER_WAIT_MS_MAX);
    await this.monotonic.wait(waitMs, signal).catch(() => undefined);
    return true;
  }

  /** @returns false when `signal` aborted */
  private async awaitTurn(signal: AbortSignal): Promise<boolean> {
    try {
      await this.pace.turn(signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  private isRefillDue(): boolean {
    const agoMs = this.monotonic.elapsedMs() - this.refilledAtMs;
    return this.isStale && agoMs >= REFILL_PERIOD_MS;
  }

  private async refill(): Promise<void> {
    this.isStale = false;
    this.refilledAtMs = this.monotonic.elapsedMs();
    await this.lines.refill(momentOf(this.clock));
  }

  /** The lines whose messages may be sent now. */
  private ready(): readonly WaitingLine[] {
    const room = CALLS_MAX - (this.underWay.size - this.directUnderWay);
    const directRoom = DIRECT_CALLS_MAX - this.directUnderWay;
    return this.lines.ready().filter((line) => {
      const direct = isDirect(line.channel);
      if (direct && directRoom <= 0) return false;
      if (!direct && room <= 0 && (line.priority !== 'high' || room <= -HIGH_CALLS_MAX))
        return false;
      const hold = this.steering.senderHold(line.channel, line.from);
      if (hold !== undefined && !this.probes.isDue(hold)) return false;
      return this.senderRates.leftMs(line) === 0;
    });
  }

  private takeNext(ready = this.ready()): Waiting | undefined {
    const line = this.turns.choose(ready);
    if (line === undefined) return undefined;
    this.senderRates.sent(line);
    return this.lines.take(line);
  }

  private begin(waiting: Waiting, signal: AbortSignal, isProbe: boolean): Promise<void> {
    const { messageId } = waiting.entry;
    const direct = isDirect(waiting.line.channel) ? 1 : 0;
    this.directUnderWay += direct;
    const call = this.dispatch(waiting, signal, isProbe).finally(() => {
      if (direct === 1 || this.underWay.size >= CALLS_MAX) this.loop.wake();
      this.directUnderWay -= direct;
      this.underWay.delete(messageId);
    });
    this.underWay.set(messageId, call);
    return call;
  }

  /**
   * Hands over one message during an automatic hold, when a probe is due. A refused message becomes due again as the
   * newest, so the next probe is made with another one.
   * @returns false: nothing else is to be done while sending is held
   */
  private async probe(signal: AbortSignal): Promise<boolean> {
    const hold = this.steering.probedHold;
    if (hold === undefined || !this.probes.isDue(hold)) return false;
    // What was read before the hold may be in another order by now.
    this.lines.clear();
    await this.refill();
    if (this.ready().length === 0) return false;
    if (!(await this.awaitTurn(signal))) return false;
    // A message that was refused before is tried again only when no other waits.
    const untried = this.ready().filter(({ key }) => key !== RETRIES);
    const waiting = this.takeNext(untried.length > 0 ? untried : this.ready());
    if (waiting === undefined || this.steering.probedHold === undefined) return false;
    this.probes.made(hold);
    await this.begin(waiting, signal, true);
    return false;
  }

  private async dispatch(waiting: Waiting, signal: AbortSignal, isProbe: boolean): Promise<void> {
    const { entry } = waiting;
    const { messageId } = entry;
    try {
      const started = await this.startUnlessOptedOut(entry, isProbe);
      if (started === 'stale') return await this.agenda.forget([entry]);
      if (started === 'early' && isProbe) {
        // It has used up the attempts that probes may use, so another message makes the next probe.
        this.lines.putBack(waiting);
        this.aside.put(entry, UNREADABLE_PAUSE_MS);
        return;
      }
      if (started === 'early') {
        await this.monotonic.pause(EARLY_PAUSE_MS, signal);
        this.lines.putBack(waiting);
        return;
      }
      await this.pace.beforeCall(signal);
      const outcome = await this.gateway.send(started.request);
      await this.heed(outcome, started.request, signal);
      await this.record(messageId, started, outcome, signal);
      // It waits again, perhaps since the same millisecond.
      if (outcome.kind === 'refused') this.lines.putBack(waiting);
      if (outcome.kind === 'accepted') await this.endHolds(started, isProbe, signal);
    } catch (error) {
      // Nothing was sent, or the outcome could not be recorded; then `Timers` will record it as unknown.
      if (error instanceof SendingIsHeld) {
        this.lines.putBack(waiting);
        return;
      }
      this.lines.putBack(waiting);
      if (error instanceof SenderIsHeld) {
        const pauseMs = Math.min(HELD_SENDER_PAUSE_MS_MAX, this.probes.leftMs(error.hold));
        this.aside.put(entry, pauseMs);
        return;
      }
      if (error instanceof UndecodableEvent) {
        // The entry must neither slow down the others nor block those behind it.
        this.aside.put(entry, UNREADABLE_PAUSE_MS);
        const facts = { messageId, error };
        this.logger.error(facts, 'A message cannot be read, so it is not sent; others are.');
        return;
      }
      this.logger.error({ messageId, error }, 'An attempt could not be recorded.');
      await this.holdBack(FAULT_PAUSE_MS);
    }
  }

  /** Obeys an answer that refuses more than its message: it holds sending, or a sender, or pauses. */
  private async heed(
    outcome: AttemptOutcome,
    { channel, from }: AttemptRequest,
    signal: AbortSignal,
  ): Promise<void> {
    const part = outcome.kind === 'refused' ? refusedPart(outcome, channel) : null;
    if (outcome.kind === 'refused' && part === 'pace') return this.slowDown(outcome.retryAfterMs);
    // Another server's answer says nothing about Vonage's pace.
    if (!isDirect(channel)) this.backOff.end();
    if (outcome.kind !== 'refused' || part === null) return;
    const { reason } = outcome;
    const hold =
      part === 'account'
        ? () => this.steering.hold({ ...automatic, reason })
        : () => this.steering.holdSender(channel, from, reason);
    // The outcome is recorded also when the hold cannot be: the next refused call records it.
    await this.patiently(hold, { reason }, signal).catch((error: unknown) => {
      this.logger.error({ reason, error }, 'Sending could not be held after a refusal of Vonage.');
    });
  }

  /** Pauses as Vonage asked, for a minute at most; then one call finds out. The value may be a mistake, or forged. */
  private async slowDown(askedForMs: number | null): Promise<void> {
    this.pace.slower();
    const pauseMs = this.backOff.begin(askedForMs);
    const until = this.backOff.until()?.toISOString();
    this.logger.warn(
      { askedForMs, pauseMs, until },
      'Vonage asks for slower sending (HTTP 429). Nothing is sent until then; one message is tried first.',
    );
    await this.holdBack(pauseMs);
  }

  /** Ends the automatic holds that a taken message disproves. */
  private async endHolds(
    { probes, request }: StartedAttempt,
    isProbe: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const facts = { channel: request.channel };
    if (isProbe) await this.patiently(() => this.steering.releaseByItself(), facts, signal);
    if (probes === undefined) return;
    await this.patiently(() => this.steering.releaseSenderByItself(probes), facts, signal);
  }

  /**
   * Tells the other instances of the pause. It is a courtesy: a failure must not keep the outcome from being recorded.
   */
  private async holdBack(milliseconds: number): Promise<void> {
    await this.pace.pause(milliseconds).catch((error: unknown) => {
      this.logger.warn({ error }, 'Other instances do not know of a pause before the next call.');
    });
  }

  private async startUnlessOptedOut(
    entry: AgendaEntry,
    isProbe: boolean,
  ): ReturnType<Dispatcher['startAttempt']> {
    try {
      return await this.startAttempt(entry, isProbe);
    } catch (error) {
      if (!(error instanceof RecipientOptedOut)) throw error;
      const { messageId } = entry;
      await this.withhold.withdraw(messageId, error);
      this.logger.info({ messageId }, 'A message was withdrawn: its recipient has opted out.');
      return 'stale';
    }
  }

  /** @returns `early` when the ledger still waits to send the message, `stale` when it does not */
  private async startAttempt(
    entry: AgendaEntry,
    isProbe: boolean,
  ): Promise<StartedAttempt | 'early' | 'stale'> {
    const { messageId } = entry;
    let probes: SenderHold | undefined;
    const beforeAppend = ([event]: readonly MessageEvent[]): void => {
      this.checkFlowing(isProbe);
      if (event?.type === 'AttemptStarted') probes = this.checkSender(event.data, probes);
    };
    // The event has no id derived from the attempt: of two dispatchers that start it, only one may succeed.
    const { events, before, after } = await this.messages.handleOptimistically(
      messageId,
      { type: 'StartAttempt', messageId, isProbe },
      { source: 'dispatcher', beforeAppend, admit: this.withhold.check },
    );
    const started = events[0];
    if (started?.type !== 'AttemptStarted' || before.kind !== 'tracked') {
      return isLive(entry, after, momentOf(this.clock)) ? 'early' : 'stale';
    }
    const { attempt } = started.data;
    return { attempt, request: requestFor(before, started.data, momentOf(this.clock)), probes };
  }

  /** @throws SendingIsHeld */
  private checkFlowing(isProbe: boolean): void {
    if (!this.steering.isHeld || (isProbe && this.steering.probedHold !== undefined)) return;
    throw new SendingIsHeld('sending is held');
  }

  /**
   * @param probed the hold that the same attempt was allowed to probe before
   * @returns the hold that this attempt may probe; undefined when the sender is free
   * @throws SenderIsHeld
   */
  private checkSender(
    { channel, from }: AttemptStart,
    probed: SenderHold | undefined,
  ): SenderHold | undefined {
    const hold = this.steering.senderHold(channel, from);
    if (hold === undefined || probed !== undefined) return probed;
    if (!this.probes.isDue(hold)) throw new SenderIsHeld(hold);
    this.probes.made(hold);
    return hold;
  }

  private async record(
    messageId: string,
    { attempt, request: { channel } }: StartedAttempt,
    outcome: AttemptOutcome,
    signal: AbortSignal,
  ): Promise<void> {
    const facts = { messageId, attempt, channel, outcome: outcome.kind };
    const record = () =>
      this.messages.handleOptimistically(
        messageId,
        { type: 'RecordOutcome', attempt, outcome },
        { source: 'dispatcher' },
      );
    await this.patiently(record, facts, signal);
    this.metrics.attemptEnded(outcome);
    if (outcome.kind !== 'accepted') {
      this.logger.warn(
        { ...facts, reason: outcome.reason },
        sentenceFor(outcome, takerOf(channel)),
      );
      return;
    }
    const { messageUuid, externalId } = outcome;
    const taken = `${capitalised(takerOf(channel))} took the message.`;
    this.logger.info({ ...facts, messageUuid: messageUuid ?? externalId }, taken);
    if (messageUuid === null) return;
    const adopt = () => this.adoptReports.execute(messageUuid, messageId, 'dispatcher');
    await this.patiently(adopt, facts, signal);
  }

  /**
   * Retries while the ledger is unavailable, because only this process knows Vonage's answer. `Timers` may have
   * recorded the attempt as unknown by then; the answer settles it.
   * @param work may be repeated
   * @throws once `signal` has aborted, and for errors that waiting does not mend
   */
  private async patiently(
    work: () => Promise<unknown>,
    facts: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await work();
        return;
      } catch (error) {
        if (signal.aborted || !isTransient(error)) throw error;
        if (failures === 1) {
          this.logger.warn({ ...facts, error }, 'An answer of Vonage waits for the ledger.');
        }
        const pauseMs = Math.min(RECORD_PAUSE_MS_MAX, 100 * 2 ** failures);
        await this.monotonic.pause(pauseMs, signal);
      }
    }
  }
}

const automatic = { cause: 'configuration', by: BY_ITSELF, source: 'dispatcher' } as const;

/** Returns the log sentence. An error that does not say whether the message went out counts like no answer. */
const sentenceFor = (
  outcome: Exclude<AttemptOutcome, { kind: 'accepted' }>,
  taker: string,
): string =>
  outcome.kind === 'unknown' || outcome.class === 'ambiguous'
    ? `It is not known whether ${taker} took the message; it is not sent again by itself.`
    : `${capitalised(taker)} did not take the message.`;

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
