import { EntriesAside } from '../agenda/entries-aside.js';
import { FaultyEntries } from '../agenda/faulty-entries.js';
import type { WithholdOptedOut } from '../contacts/withhold-opted-out.js';
import type { Brakes } from '../dispatching/brakes.js';
import { FairTurns } from '../dispatching/fair-turns.js';
import { HeedAnswer } from '../dispatching/heed-answer.js';
import { LateStart, notCalled } from '../dispatching/late-start.js';
import { RecordOutcome } from '../dispatching/record-outcome.js';
import { ReportsAwaited, SenderIsHeld, StartAttempt } from '../dispatching/start-attempt.js';
import { WaitingLines, type Waiting } from '../dispatching/waiting-lines.js';
import { UndecodableEvent } from '../errors.js';
import type { AwaitedRepeats } from '../health/awaited-repeats.js';
import type { MessageLedger } from '../message-ledger.js';
import { momentOf } from '../moment-of.js';
import { beforeAbort } from '../pause.js';
import { RETRIES, type Agenda, type AgendaEntry, type WaitingLine } from '../ports/agenda.js';
import type { Clocks } from '../ports/clock.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Metrics } from '../ports/metrics.js';
import type { Logger } from '../ports/logger.js';
import type { Pace } from '../ports/pace.js';
import type { SmsGateway } from '../ports/sms-gateway.js';
import { SendingIsHeld } from '../steering/steer-sending.js';
import type { AdoptReports } from '../tracking/adopt-reports.js';
import { Loop, type LoopSettings } from './loop.js';

/** The most concurrent calls. Enough for 30 calls a second that take 4 s each. */
const CALLS_MAX = 120;
/** Further calls for messages of high priority alone, so that slow calls of others do not keep them waiting. */
const HIGH_CALLS_MAX = 30;
/** Calls to another provider: each has a connection of its own, and a mail server may take minutes. */
const DIRECT_CALLS_MAX = 30;
/** The agenda changes with every call; it is read again no more often than this. */
const REFILL_PERIOD_MS = 20;
/** Where many lines take long to read, reading them takes a fifth of the time at most. */
const REFILL_PAUSE_FACTOR = 4;
/** The longest wait for a sender's own limit, since a message of another sender may come. */
const SENDER_WAIT_MS_MAX = 100;

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
/** The most second texts that are passed over in one line before another line is served. */
const PASSED_OVER_MAX = 100;
/** The longest pause before a message of a held sender is looked at again. */
const HELD_SENDER_PAUSE_MS_MAX = 5_000;

export interface DispatcherPorts {
  readonly messages: MessageLedger;
  readonly agenda: Agenda;
  readonly gateway: SmsGateway;
  readonly pace: Pace;
  readonly withhold: Pick<WithholdOptedOut, 'check' | 'withdraw'>;
  readonly repeats: Pick<AwaitedRepeats, 'leftMs'>;
}

/** The clocks, and the receivers of logs, metrics and health. */
export interface DispatcherSurroundings extends Clocks {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Time limit of one call. */
  readonly callTimeoutMs: number;
  /** How often the agenda is read when nothing wakes the dispatcher. */
  readonly looks?: Pick<LoopSettings, 'periodMs'>;
}

/**
 * Hands messages to the provider of its brakes. First it records the start of a due attempt in the ledger, with the
 * expected revision, so that of many dispatchers one wins; then it calls the provider, once; then it records the
 * outcome. A crash in between is left to `Timers`, which never sends.
 */
export class Dispatcher {
  private readonly loop: Loop;
  private readonly health: HealthReporter;
  private readonly underWay = new Set<Promise<void>>();
  private readonly callsMax: number;
  private readonly lines: WaitingLines;
  private readonly turns = new FairTurns();
  /** True when the agenda may have changed since the lines were read. */
  private isStale = true;
  private refilledAtMs = -Infinity;
  private refillTookMs = 0;

  /** Entries that cannot be done now. */
  private readonly aside: EntriesAside;
  private readonly faulty: FaultyEntries;

  private readonly startAttempt: StartAttempt;
  private readonly recordOutcome: RecordOutcome;
  private readonly heedAnswer: HeedAnswer;

  constructor(
    private readonly ports: DispatcherPorts,
    private readonly brakes: Brakes,
    adoptReports: AdoptReports,
    private readonly surroundings: DispatcherSurroundings,
  ) {
    const { messages, agenda, pace } = ports;
    const { provider } = brakes;
    const { monotonic, logger, health, callTimeoutMs, looks } = surroundings;
    this.startAttempt = new StartAttempt(ports, brakes, surroundings);
    this.recordOutcome = new RecordOutcome(messages, adoptReports, surroundings);
    this.heedAnswer = new HeedAnswer(pace, brakes, surroundings);
    this.aside = new EntriesAside(monotonic);
    this.faulty = new FaultyEntries(this.aside);
    this.callsMax = provider === 'vonage' ? CALLS_MAX : DIRECT_CALLS_MAX;
    this.lines = new WaitingLines(provider, agenda, this.aside);
    const name = provider === 'vonage' ? 'dispatcher' : `dispatcher of ${provider}`;
    this.health = health.reporter(name, ['sending'], {
      silenceMsMax: Math.max(PAUSE_SILENCE_MS, callTimeoutMs + SILENCE_BESIDE_CALL_MS),
    });
    this.loop = new Loop({ name, ...looks }, monotonic, logger, this.health, (signal) =>
      this.round(signal),
    );
  }

  /** The number of entries skipped for a while because they cannot be done now. */
  get steppedOver(): number {
    return this.aside.total;
  }

  /** Wakes the loop, because something may have become due. */
  wake(): void {
    this.isStale = true;
    this.loop.wake();
  }

  /** Starts calls until `signal` aborts. Those under way then go on: a call may last for minutes, and must not keep the turn. */
  async run(signal: AbortSignal): Promise<void> {
    // An entry handled in an earlier turn may be on the agenda again.
    this.lines.clear();
    await this.loop.run(signal);
  }

  /** Resolves when the outcomes of the calls under way are recorded. */
  async callsEnded(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  private get isHeld(): boolean {
    return this.brakes.steering.isHeldFor(this.brakes.provider);
  }

  private async round(signal: AbortSignal): Promise<boolean> {
    if (this.isHeld) return this.probe(signal);
    await this.refill();
    let begun = 0;
    while (!signal.aborted && !this.isHeld) {
      if (this.ready().length === 0) break;
      if (!(await this.awaitTurn(signal))) return false;
      this.loop.showLife();
      // Something more urgent may have come meanwhile.
      if (this.isRefillDue()) await this.refill();
      if (this.isHeld) return false;
      const waiting = await this.takeNext();
      if (waiting === undefined) continue;
      begun++;
      const call = this.begin(waiting, signal, false);
      if (this.brakes.backOff.mustProbe) await beforeAbort(signal, call);
    }
    return begun > 0 || this.awaitRoom(signal);
  }

  /** Waits where only a sender's own limit keeps a message back. @returns false when nothing is to be waited for */
  private async awaitRoom(signal: AbortSignal): Promise<boolean> {
    const lines = this.lines.ready();
    if (lines.length === 0) return false;
    // The end of a call wakes the loop then, and so does a message of high priority.
    if (this.underWay.size >= this.callsMax) return false;
    const leftMs = Math.min(...lines.map((line) => this.brakes.senderRates.leftMs(line)));
    if (leftMs === 0 || leftMs === Infinity) return false;
    const waitMs = Math.min(leftMs, SENDER_WAIT_MS_MAX);
    await this.surroundings.monotonic.wait(waitMs, signal).catch(() => undefined);
    return true;
  }

  /** @returns false when `signal` aborted */
  private async awaitTurn(signal: AbortSignal): Promise<boolean> {
    try {
      await this.ports.pace.turn(signal);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      throw error;
    }
  }

  private isRefillDue(): boolean {
    const agoMs = this.surroundings.monotonic.elapsedMs() - this.refilledAtMs;
    const pauseMs = Math.max(REFILL_PERIOD_MS, REFILL_PAUSE_FACTOR * this.refillTookMs);
    return this.isStale && agoMs >= pauseMs;
  }

  private async refill(): Promise<void> {
    const { clock, monotonic } = this.surroundings;
    this.isStale = false;
    const beganMs = monotonic.elapsedMs();
    await this.lines.refill(momentOf(clock));
    this.refilledAtMs = monotonic.elapsedMs();
    this.refillTookMs = this.refilledAtMs - beganMs;
  }

  /** The lines whose messages may be sent now. */
  private ready(): readonly WaitingLine[] {
    const room = this.callsMax - this.underWay.size;
    return this.lines.ready().filter((line) => {
      if (room <= 0 && (line.priority !== 'high' || room <= -HIGH_CALLS_MAX)) return false;
      const hold = this.brakes.steering.senderHold(line.channel, line.from);
      if (hold !== undefined && !this.brakes.probes.isDue(hold)) return false;
      return this.brakes.senderRates.leftMs(line) === 0;
    });
  }

  private async takeNext(ready = this.ready()): Promise<Waiting | undefined> {
    const line = this.turns.choose(ready);
    if (line === undefined) return undefined;
    const waiting = await this.takeFrom(line);
    if (waiting === undefined) return this.takeNext(ready.filter((other) => other !== line));
    this.brakes.senderRates.sent(line);
    return waiting;
  }

  /** Passes over what waits for repeated reports, because it must not use up the turns of others. */
  private async takeFrom(line: WaitingLine): Promise<Waiting | undefined> {
    // A first text waits for no reports.
    if (line.key !== RETRIES) return this.lines.take(line);
    for (let passedOver = 0; passedOver < PASSED_OVER_MAX; passedOver++) {
      const waiting = this.lines.take(line);
      if (waiting === undefined) return undefined;
      const leftMs = await this.awaitedMs(waiting.entry);
      if (leftMs === 0) return waiting;
      this.lines.putBack(waiting);
      this.aside.put(waiting.entry, leftMs);
    }
    return undefined;
  }

  /** A fault counts as nothing to wait for: the start of the attempt asks again, and handles it. */
  private async awaitedMs({ messageId }: AgendaEntry): Promise<number> {
    try {
      const { message } = await this.ports.messages.recall(messageId);
      return await this.ports.repeats.leftMs(message);
    } catch {
      return 0;
    }
  }

  private begin(waiting: Waiting, signal: AbortSignal, isProbe: boolean): Promise<void> {
    const call = this.dispatch(waiting, signal, isProbe).finally(() => {
      if (this.underWay.size >= this.callsMax) this.loop.wake();
      this.underWay.delete(call);
    });
    this.underWay.add(call);
    return call;
  }

  /**
   * Hands over one message during an automatic hold, when a probe is due. A refused message becomes due again as the
   * newest, so the next probe is made with another one.
   * @returns false: nothing else is to be done while sending is held
   */
  private async probe(signal: AbortSignal): Promise<boolean> {
    const { provider, steering } = this.brakes;
    const hold = steering.probedHoldOf(provider);
    if (hold === undefined || !this.brakes.probes.isDue(hold)) return false;
    // What was read before the hold may be in another order by now.
    this.lines.clear();
    await this.refill();
    if (this.ready().length === 0) return false;
    if (!(await this.awaitTurn(signal))) return false;
    // Released meanwhile: a message taken now would count as handled, and never be sent.
    if (steering.probedHoldOf(provider) === undefined) return true;
    // A message that was refused before is tried again only when no other waits.
    const untried = this.ready().filter(({ key }) => key !== RETRIES);
    const waiting = await this.takeNext(untried.length > 0 ? untried : this.ready());
    if (waiting === undefined) return false;
    await beforeAbort(signal, this.begin(waiting, signal, true));
    return false;
  }

  private async dispatch(waiting: Waiting, signal: AbortSignal, isProbe: boolean): Promise<void> {
    const { entry } = waiting;
    const { messageId } = entry;
    const { clock, monotonic, logger, callTimeoutMs } = this.surroundings;
    const lateStart = new LateStart(clock, callTimeoutMs);
    try {
      const started = await this.startAttempt.execute(entry, isProbe);
      this.faulty.succeeded(entry);
      if (started === 'stale') return await this.ports.agenda.forget([entry]);
      if (started === 'early' && isProbe) {
        // It has used up the attempts that probes may use, so another message makes the next probe.
        this.lines.putBack(waiting);
        this.aside.put(entry, UNREADABLE_PAUSE_MS);
        return;
      }
      if (started === 'early') {
        await monotonic.pause(EARLY_PAUSE_MS, signal);
        this.lines.putBack(waiting);
        return;
      }
      const probed = isProbe ? this.brakes.steering.probedHoldOf(this.brakes.provider) : undefined;
      // A message that turned out to be withdrawn, or over, has found nothing out.
      if (probed !== undefined) this.brakes.probes.made(probed);
      await this.ports.pace.beforeCall(signal);
      const isLate = lateStart.isTooLate(started.startedAt);
      const outcome = isLate ? notCalled : await this.ports.gateway.send(started.request);
      if (!isLate) await this.heedAnswer.execute(outcome, started.request, signal);
      await this.recordOutcome.execute(messageId, started, outcome, signal);
      // It waits again, perhaps since the same millisecond.
      if (outcome.kind === 'refused') this.lines.putBack(waiting);
      if (outcome.kind === 'accepted') await this.heedAnswer.endHolds(started, isProbe, signal);
    } catch (error) {
      // Nothing was sent, or the outcome could not be recorded; then `Timers` will record it as unknown.
      if (error instanceof SendingIsHeld) {
        this.lines.putBack(waiting);
        return;
      }
      this.lines.putBack(waiting);
      if (error instanceof SenderIsHeld) {
        const leftMs = this.brakes.probes.leftMs(error.hold) || HELD_SENDER_PAUSE_MS_MAX;
        this.aside.put(entry, Math.min(HELD_SENDER_PAUSE_MS_MAX, leftMs));
        return;
      }
      if (error instanceof ReportsAwaited) {
        this.aside.put(entry, error.leftMs);
        return;
      }
      if (error instanceof UndecodableEvent) {
        // The entry must neither slow down the others nor block those behind it.
        this.aside.put(entry, UNREADABLE_PAUSE_MS);
        const sentence = 'A message cannot be read, so it is not sent; others are.';
        logger.error({ messageId, error }, sentence);
        return;
      }
      this.faulty.failed(entry);
      logger.error({ messageId, error }, 'An attempt could not be recorded; it is tried again.');
      await this.heedAnswer.holdBack(FAULT_PAUSE_MS);
    }
  }
}
