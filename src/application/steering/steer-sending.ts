import { providerNames, providerOf, type Provider } from '../../domain/sending/provider.js';
import {
  asksForDecision,
  changesHold,
  endsByItself,
  holdScopes,
  isOrdered,
  isSender,
  neverHeld,
  sendingTo,
  type HeldSending,
  type HoldScope,
  type SenderHold,
  type Sending,
} from '../../domain/sending/sending.js';
import {
  BY_ITSELF,
  type HoldCause,
  type SenderReleased,
  type SendingEvent,
  type WaitingDecision,
} from '../../domain/sending/sending-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import { ApplicationError } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import {
  APPEND_EVENTS_MAX,
  type EventSource,
  type EventStore,
  type RecordedEvent,
} from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Logger } from '../ports/logger.js';
import { SENDING_STREAM } from '../streams.js';
import type { DoubtfulHold, DoubtWaiting } from '../sending/doubt-waiting.js';
import { foldSending, isNewer, type KnownSending } from './known-sending.js';
import { rootEvent } from '../ports/root-metadata.js';

/** Poll interval in which another instance's hold or release is noticed. */
const LOOK_AGAIN_MS = 1_000;

export interface HoldRequest {
  readonly cause: HoldCause;
  readonly reason: string;
  readonly by: string | null;
  readonly source: EventSource;
  /** Absent: all of sending. */
  readonly provider?: Provider | undefined;
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
  /** Absent: everything that is held. */
  readonly provider?: Provider | undefined;
}

const takenBy = (provider: Provider): string => `${providerNames[provider]} took a message again`;

/** An automatic hold of a provider, which a probe may end. */
export type ProbedProviderHold = HeldSending & { readonly provider: Provider };

type Sender = Pick<SenderHold, 'channel' | 'from'>;

/** Sending is held: nothing may be handed over now. */
export class SendingIsHeld extends Error {
  override readonly name = 'SendingIsHeld';
}

/** Holds and releases sending for all instances, as events, and knows the present hold. */
export class SteerSending {
  private known: KnownSending | undefined;
  /** Holds that are being recorded: they take effect from the request on. */
  private readonly holdsUnderWay = new Map<HoldScope, number>();
  private readonly health: HealthReporter;

  constructor(
    private readonly store: EventStore,
    private readonly doubtWaiting: DoubtWaiting,
    private readonly surroundings: SteeringSurroundings,
  ) {
    this.health = surroundings.health.reporter('hold', ['sending']);
  }

  /** The state of what goes to Vonage at the last read; undefined until the ledger could be read. */
  get current(): Sending | undefined {
    return this.currentOf('vonage');
  }

  /** The state of what goes to a provider at the last read; undefined until the ledger could be read. */
  currentOf(provider: Provider): Sending | undefined {
    return this.known === undefined ? undefined : sendingTo(this.known.holds, provider);
  }

  /** The state of a provider by its own holds alone, without one of all of sending. */
  ownOf(provider: Provider): Sending | undefined {
    return this.known?.holds[provider];
  }

  /** True also until the ledger could be read, because nothing is sent on a guess. */
  isHeldFor(provider: Provider): boolean {
    return this.isBeingHeld(provider) || this.currentOf(provider)?.state !== 'flowing';
  }

  /** The automatic hold of a provider that a probe may end; undefined when there is none. */
  probedHoldOf(provider: Provider): ProbedProviderHold | undefined {
    const current = this.currentOf(provider);
    const isProbed =
      !this.isBeingHeld(provider) && current?.state === 'held' && endsByItself(current.cause);
    return isProbed ? { ...current, provider } : undefined;
  }

  private isBeingHeld(provider: Provider): boolean {
    return this.holdsUnderWay.has('all') || this.holdsUnderWay.has(provider);
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
  async look(provider: Provider = 'vonage'): Promise<Sending> {
    return sendingTo((await this.read()).holds, provider);
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
   * Holds sending, or what goes to one provider: this instance hands nothing more over from the call on, and the others
   * within two seconds. Calls under way end normally. What a person asks for is recorded also where it is held already:
   * a release may be under way, and must not undo it.
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async hold({ cause, reason, by, source, provider }: HoldRequest): Promise<Sending> {
    const scope = provider ?? 'all';
    const ofProvider = provider === undefined ? {} : { provider };
    this.countUnderWay(scope, 1);
    try {
      const { holds } = await this.append(source, by, (known, occurredAt) =>
        isOrdered(cause) || changesHold(known.holds[scope], cause)
          ? [{ type: 'SendingHeld', data: { cause, reason, by, ...ofProvider, occurredAt } }]
          : [],
      );
      return sendingTo(holds, provider ?? 'vonage');
    } finally {
      this.countUnderWay(scope, -1);
    }
  }

  private countUnderWay(scope: HoldScope, change: 1 | -1): void {
    const count = (this.holdsUnderWay.get(scope) ?? 0) + change;
    if (count === 0) this.holdsUnderWay.delete(scope);
    else this.holdsUnderWay.set(scope, count);
  }

  /** Holds one sender on its channel, because Vonage refused it. @throws StoreUnavailable, AppendOutcomeUnknown */
  async holdSender(channel: string, from: string, reason: string): Promise<void> {
    await this.append('dispatcher', BY_ITSELF, ({ senders }, occurredAt) =>
      senders.some((hold) => isSender(hold, channel, from))
        ? []
        : [{ type: 'SenderHeld', data: { channel, from, reason, by: BY_ITSELF, occurredAt } }],
    );
  }

  /** Ends the automatic hold of a provider, because it took a message. @throws StoreUnavailable, AppendOutcomeUnknown */
  async releaseByItself(provider: Provider): Promise<void> {
    const data = { reason: takenBy(provider), waiting: null, by: BY_ITSELF, provider };
    await this.append('dispatcher', BY_ITSELF, ({ holds }, occurredAt) => {
      const own = holds[provider];
      return own.state === 'held' && endsByItself(own.cause)
        ? [{ type: 'SendingReleased', data: { ...data, occurredAt } }]
        : [];
    });
  }

  /** Ends the hold of a sender, because its provider took one of its messages. @throws StoreUnavailable, AppendOutcomeUnknown */
  async releaseSenderByItself(sender: Sender): Promise<void> {
    const why = { reason: takenBy(providerOf(sender.channel, sender.from)), by: BY_ITSELF };
    await this.append('dispatcher', BY_ITSELF, (now, occurredAt) =>
      releaseSenders([sender], now, { ...why, occurredAt }),
    );
  }

  /**
   * Releases what is held: everything, or one provider, with its senders, together. Decides about the waiting messages
   * first, where a decision is required. May be repeated after an interruption: until it is done, sending stays held.
   * @throws ApplicationError `sending-not-held`, `waiting-undecided`, `sending-held-again`
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async release(request: ReleaseRequest): Promise<Sending> {
    const { reason, waiting, by, provider } = request;
    const known = await this.read();
    const senders = known.senders.filter(
      ({ channel, from }) => provider === undefined || providerOf(channel, from) === provider,
    );
    const scopes = provider === undefined ? holdScopes : ([provider] as const);
    const held = scopes.find((scope) => known.holds[scope].state === 'held');
    if (held === undefined && senders.length === 0) {
      throw new ApplicationError('sending-not-held', notHeld(known, provider));
    }
    if (waiting === 'unknown' && known.holds.all.state !== 'held') {
      throw new ApplicationError(
        'sending-not-held',
        'Only single providers or senders are held, and `waiting: unknown` decides about all of sending. ' +
          'Release without it, which sends what waits; first cancel what must not be sent.',
      );
    }
    const hold = held === undefined ? undefined : known.heldBy[held];
    if (held !== undefined && hold !== undefined) {
      await this.decideWaiting(known.holds[held], hold, request);
    }
    const ofProvider = provider === undefined ? {} : { provider };
    // Too many for one append are released before the rest, so that a cut leaves sending held.
    let rest = senders;
    while (rest.length >= APPEND_EVENTS_MAX) {
      const some = rest.slice(0, APPEND_EVENTS_MAX);
      await this.append('api', by, (now, occurredAt) =>
        releaseSenders(some, now, { reason, by, occurredAt }),
      );
      rest = rest.slice(APPEND_EVENTS_MAX);
    }
    await this.append('api', by, (now, occurredAt) => {
      const ofSenders = releaseSenders(rest, now, { reason, by, occurredAt });
      const isFlowing = scopes.every((scope) => now.holds[scope].state === 'flowing');
      if (held === undefined || isFlowing) return ofSenders;
      const newer = scopes.find(
        (scope) => now.latestHolds[scope]?.id !== known.latestHolds[scope]?.id,
      );
      if (newer !== undefined) throw heldAgain(now.latestHolds[newer]?.reason ?? '');
      const data = { reason, waiting, by, ...ofProvider, occurredAt };
      return [...ofSenders, { type: 'SendingReleased', data }];
    });
    return this.look(provider);
  }

  /** @throws ApplicationError `waiting-undecided`; StoreUnavailable, AppendOutcomeUnknown */
  private async decideWaiting(
    sending: Sending,
    hold: RecordedEvent,
    { waiting, by }: ReleaseRequest,
  ): Promise<void> {
    if (sending.state === 'held' && asksForDecision(sending.cause) && waiting === null) {
      throw new ApplicationError(
        'waiting-undecided',
        `Messages that wait may have been sent already: ${sending.reason}. ` +
          'Give `waiting`: `send` sends them, `unknown` records each as of unknown outcome and sends none of them.',
      );
    }
    if (waiting !== 'unknown') return;
    const messages = await this.doubtWaiting.execute(this.doubtful(hold), by);
    this.surroundings.logger.warn(
      { messages },
      'Waiting messages were recorded as of unknown outcome.',
    );
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
    decide: (known: KnownSending, now: string) => readonly SendingEvent[],
  ): Promise<KnownSending> {
    return decideAgain(async () => {
      const known = await this.read();
      const events = decide(known, this.surroundings.clock.now().toISOString());
      if (events.length === 0) return known;
      const { surroundings, store } = this;
      const recorded = events.map((event) =>
        rootEvent(surroundings.identifiers.newId(), event, source, by),
      );
      await appendWithRetry(store, SENDING_STREAM, recorded, known.revision, surroundings);
      return this.read();
    });
  }

  private learn(known: KnownSending): void {
    const before = this.known?.holds;
    this.logSenders(known.senders);
    this.known = known;
    const sending = sendingTo(known.holds, 'vonage');
    if (sending.state === 'flowing') this.health.working();
    else this.health.report('held', sending.reason);
    for (const scope of holdScopes) this.logScope(scope, before?.[scope], known.holds[scope]);
  }

  private logScope(scope: HoldScope, before: Sending | undefined, sending: Sending): void {
    if (isSaidAlready(sending, before ?? neverHeld)) return;
    const { logger } = this.surroundings;
    const { state: _, ...facts } = sending;
    const taker = scope === 'all' ? 'Vonage' : providerNames[scope];
    if (sending.state === 'flowing') {
      logger.info({ scope, ...facts }, `Sending is released: messages go to ${taker} again.`);
      return;
    }
    const ending = endsByItself(sending.cause)
      ? `One message at a time finds out whether ${taker} takes messages again.`
      : '`npm run resume` releases it.';
    const sentence = `Sending is held: messages are accepted and wait. ${ending}`;
    logger.warn({ scope, ...facts }, sentence);
  }

  private logSenders(senders: readonly SenderHold[]): void {
    const before = this.known?.senders ?? [];
    for (const { channel, from, since, reason } of senders) {
      if (before.some((hold) => isSender(hold, channel, from))) continue;
      const facts = { channel, sender: from, since, reason };
      this.surroundings.logger.warn(
        facts,
        'Messages of one sender wait, because its provider refuses it.',
      );
    }
    for (const { channel, from } of before) {
      if (senders.some((hold) => isSender(hold, channel, from))) continue;
      this.surroundings.logger.info(
        { channel, sender: from },
        'Messages of a sender are handed over again.',
      );
    }
  }
}

/** Releases those of the senders that are held now. */
const releaseSenders = (
  senders: readonly Sender[],
  now: KnownSending,
  why: Omit<SenderReleased['data'], keyof Sender>,
): readonly SenderReleased[] =>
  senders
    .filter(({ channel, from }) => now.senders.some((hold) => isSender(hold, channel, from)))
    .map(({ channel, from }) => ({ type: 'SenderReleased', data: { channel, from, ...why } }));

const heldAgain = (reason: string): ApplicationError =>
  new ApplicationError(
    'sending-held-again',
    `Sending was held again meanwhile, so it was not released: ${reason}. ` +
      'Look at the new hold, and release that.',
  );

/** A graver hold takes the place of another one, for a reason of its own. */
const isSaidAlready = (sending: Sending, before: Sending): boolean =>
  sending.state === 'held' && before.state === 'held'
    ? sending.cause === before.cause && sending.since === before.since
    : sending.state === before.state;

function notHeld({ holds }: KnownSending, provider: Provider | undefined): string {
  if (provider === undefined) return 'Sending is not held, so there is nothing to release.';
  return holds.all.state === 'held'
    ? `All of sending is held, and ${provider} not by itself: release without \`provider\`.`
    : `What goes to ${provider} is not held, so there is nothing to release.`;
}
