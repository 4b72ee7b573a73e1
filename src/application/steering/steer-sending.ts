import {
  asksForDecision,
  changesHold,
  endsByItself,
  isSender,
  type SenderHold,
  type Sending,
} from '../../domain/sending/sending.js';
import {
  BY_ITSELF,
  type HoldCause,
  type SendingEvent,
  type WaitingDecision,
} from '../../domain/sending/sending-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import { ApplicationError } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventSource, EventStore, RecordedEvent } from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Logger } from '../ports/logger.js';
import { SENDING_STREAM } from '../streams.js';
import type { DoubtfulHold, DoubtWaiting } from '../sending/doubt-waiting.js';
import { foldSending, isNewer, type KnownSending } from './known-sending.js';
import { rootMetadata } from '../ports/root-metadata.js';

/** Poll interval in which another instance's hold or release is noticed. */
const LOOK_AGAIN_MS = 1_000;

export interface HoldRequest {
  readonly cause: HoldCause;
  readonly reason: string;
  readonly by: string | null;
  readonly source: EventSource;
}

/** The clocks and identifiers, and the receivers of logs and health. */
export interface SteeringSurroundings extends Clocks {
  readonly identifiers: Identifiers;
  readonly logger: Logger;
  readonly health: Health;
}

export interface ReleaseRequest {
  readonly reason: string;
  readonly waiting: WaitingDecision | null;
  readonly by: string | null;
}

const TAKEN = 'Vonage took a message again';

type HeldSending = Extract<Sending, { state: 'held' }>;

/** Sending is held: nothing may be handed to Vonage now. */
export class SendingIsHeld extends Error {
  override readonly name = 'SendingIsHeld';
}

/** Holds and releases sending for all instances, as events, and knows the present hold. */
export class SteerSending {
  private known: KnownSending | undefined;
  /** Holds that are being recorded: they take effect from the request on. */
  private holdsUnderWay = 0;
  private readonly health: HealthReporter;

  constructor(
    private readonly store: EventStore,
    private readonly doubtWaiting: DoubtWaiting,
    private readonly surroundings: SteeringSurroundings,
  ) {
    this.health = surroundings.health.reporter('hold', ['sending']);
  }

  /** The state at the last read; undefined until the ledger could be read. */
  get current(): Sending | undefined {
    return this.known?.sending;
  }

  /** True also until the ledger could be read, because nothing is sent on a guess. */
  get isHeld(): boolean {
    return (
      this.holdsUnderWay > 0 || this.known === undefined || this.known.sending.state === 'held'
    );
  }

  /** The automatic hold that a probe may end; undefined when there is none. */
  get probedHold(): HeldSending | undefined {
    const { current } = this;
    const isProbed =
      this.holdsUnderWay === 0 && current?.state === 'held' && endsByItself(current.cause);
    return isProbed ? current : undefined;
  }

  /** The hold of one sender; undefined when its messages may be sent. */
  senderHold(channel: string, from: string): SenderHold | undefined {
    return this.known?.senders.find((hold) => isSender(hold, channel, from));
  }

  /** The senders whose messages wait. */
  get heldSenders(): readonly SenderHold[] {
    return this.known?.senders ?? [];
  }

  /** Reads the state from the ledger. @throws StoreUnavailable */
  async look(): Promise<Sending> {
    return (await this.read()).sending;
  }

  /** Polls the ledger until `signal` aborts, because another instance may hold or release. */
  async follow(signal: AbortSignal): Promise<void> {
    let isFailing = false;
    while (!signal.aborted) {
      try {
        await this.read();
        isFailing = false;
      } catch (error) {
        if (!isFailing) {
          this.surroundings.logger.warn(
            { error },
            'It is not known whether another instance holds sending.',
          );
        }
        this.health.report('failing', 'it cannot be read whether sending is held');
        isFailing = true;
      }
      await this.surroundings.monotonic.pause(LOOK_AGAIN_MS, signal);
    }
  }

  /**
   * Holds sending: this instance hands nothing more to Vonage from the call on, and the others within two seconds.
   * Calls under way end normally.
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async hold(request: HoldRequest): Promise<Sending> {
    const { cause, reason, by, source } = request;
    this.holdsUnderWay++;
    try {
      return await this.append(source, by, ({ sending }, occurredAt) =>
        changesHold(sending, cause)
          ? { type: 'SendingHeld', data: { cause, reason, by, occurredAt } }
          : undefined,
      );
    } finally {
      this.holdsUnderWay--;
    }
  }

  /** Holds one sender on its channel, because Vonage refused it. @throws StoreUnavailable, AppendOutcomeUnknown */
  async holdSender(channel: string, from: string, reason: string): Promise<void> {
    await this.append('dispatcher', BY_ITSELF, ({ senders }, occurredAt) =>
      senders.some((hold) => isSender(hold, channel, from))
        ? undefined
        : { type: 'SenderHeld', data: { channel, from, reason, by: BY_ITSELF, occurredAt } },
    );
  }

  /** Ends an automatic hold, because Vonage took a message. @throws StoreUnavailable, AppendOutcomeUnknown */
  async releaseByItself(): Promise<void> {
    const data = { reason: TAKEN, waiting: null, by: BY_ITSELF };
    await this.append('dispatcher', BY_ITSELF, ({ sending }, occurredAt) =>
      sending.state === 'held' && endsByItself(sending.cause)
        ? { type: 'SendingReleased', data: { ...data, occurredAt } }
        : undefined,
    );
  }

  /** Ends the hold of a sender. @throws StoreUnavailable, AppendOutcomeUnknown */
  async releaseSender(
    { channel, from }: Pick<SenderHold, 'channel' | 'from'>,
    reason: string,
    by: string | null,
  ): Promise<void> {
    const source = by === BY_ITSELF ? 'dispatcher' : 'api';
    await this.append(source, by, ({ senders }, occurredAt) =>
      senders.some((hold) => isSender(hold, channel, from))
        ? { type: 'SenderReleased', data: { channel, from, reason, by, occurredAt } }
        : undefined,
    );
  }

  /** Ends the hold of a sender, because Vonage took one of its messages. */
  releaseSenderByItself(hold: Pick<SenderHold, 'channel' | 'from'>): Promise<void> {
    return this.releaseSender(hold, TAKEN, BY_ITSELF);
  }

  /**
   * Releases everything that is held: sending as a whole, and single senders. Decides about the waiting messages first,
   * where a decision is required. May be repeated after an interruption: until it is done, sending stays held.
   * @throws ApplicationError `sending-not-held`, `waiting-undecided`, `sending-held-again`
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async release({ reason, waiting, by }: ReleaseRequest): Promise<Sending> {
    const { sending, senders, heldBy } = await this.read();
    if (heldBy === undefined && senders.length === 0) {
      throw new ApplicationError(
        'sending-not-held',
        'Sending is not held, so there is nothing to release.',
      );
    }
    if (sending.state === 'held' && heldBy !== undefined) {
      await this.releaseAll({ reason, waiting, by }, sending, heldBy);
    }
    for (const sender of senders) await this.releaseSender(sender, reason, by);
    return this.look();
  }

  private async releaseAll(
    { reason, waiting, by }: ReleaseRequest,
    sending: HeldSending,
    heldBy: RecordedEvent,
  ): Promise<void> {
    if (asksForDecision(sending.cause) && waiting === null) {
      throw new ApplicationError(
        'waiting-undecided',
        `Messages that wait may have been sent already: ${sending.reason}. ` +
          'Give `waiting`: `send` sends them, `unknown` records each as of unknown outcome and sends none of them.',
      );
    }
    if (waiting === 'unknown') {
      const messages = await this.doubtWaiting.execute(this.doubtful(heldBy), by);
      this.surroundings.logger.warn(
        { messages },
        'Waiting messages were recorded as of unknown outcome.',
      );
    }
    await this.append('api', by, (now, occurredAt) => {
      if (now.sending.state === 'flowing') return undefined;
      if (now.heldBy?.id === heldBy.id) {
        return { type: 'SendingReleased', data: { reason, waiting, by, occurredAt } };
      }
      throw new ApplicationError(
        'sending-held-again',
        `Sending was held again meanwhile, so it was not released: ${now.sending.reason}. ` +
          'Look at the new hold, and release that.',
      );
    });
  }

  /** The time of a damaged hold may be lost; then everything due by now is in doubt. */
  private doubtful({ id, position, metadata, damage }: RecordedEvent): DoubtfulHold {
    const heldAt =
      damage === undefined ? metadata.recordedAt : this.surroundings.clock.now().toISOString();
    return { id, position, heldAt };
  }

  private async read(): Promise<KnownSending> {
    const known = foldSending(await this.store.read(SENDING_STREAM));
    // A concurrent append may know more than this read.
    if (isNewer(known, this.known)) this.learn(known);
    return this.known ?? known;
  }

  private async append(
    source: EventSource,
    by: string | null,
    decide: (known: KnownSending, now: string) => SendingEvent | undefined,
  ): Promise<Sending> {
    return decideAgain(async () => {
      const known = await this.read();
      const now = this.surroundings.clock.now().toISOString();
      const event = decide(known, now);
      if (event === undefined) return known.sending;
      const id = this.surroundings.identifiers.newId();
      const metadata = rootMetadata(id, now, source, by);
      await appendWithRetry(this.store, SENDING_STREAM, [{ id, event, metadata }], known.revision, {
        clock: this.surroundings.monotonic,
      });
      return (await this.read()).sending;
    });
  }

  private learn(known: KnownSending): void {
    const before = this.known?.sending;
    this.logSenders(known.senders);
    this.known = known;
    const { sending } = known;
    if (sending.state === 'flowing') this.health.working();
    else this.health.report('held', sending.reason);
    if (sending.state === (before?.state ?? 'flowing')) return;
    if (sending.state === 'flowing') {
      this.surroundings.logger.info(
        { since: sending.since },
        'Sending is released: messages go to Vonage again.',
      );
      return;
    }
    const { since, cause, reason, by } = sending;
    const ending = endsByItself(cause)
      ? 'One message at a time finds out whether Vonage takes messages again.'
      : '`npm run resume` releases it.';
    this.surroundings.logger.warn(
      { since, cause, reason, by },
      `Sending is held: messages are accepted and wait. ${ending}`,
    );
  }

  private logSenders(senders: readonly SenderHold[]): void {
    const before = this.known?.senders ?? [];
    for (const { channel, from, since, reason } of senders) {
      if (before.some((hold) => isSender(hold, channel, from))) continue;
      const facts = { channel, sender: from, since, reason };
      this.surroundings.logger.warn(
        facts,
        'Messages of one sender wait, because Vonage refuses it.',
      );
    }
    for (const { channel, from } of before) {
      if (senders.some((hold) => isSender(hold, channel, from))) continue;
      this.surroundings.logger.info(
        { channel, sender: from },
        'Messages of a sender go to Vonage again.',
      );
    }
  }
}
