import {
  asksForDecision,
  changesHold,
  evolveSending,
  neverHeld,
  type Sending,
} from '../../domain/sending/sending.js';
import type {
  HoldCause,
  SendingEvent,
  WaitingDecision,
} from '../../domain/sending/sending-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { ApplicationError, ConcurrencyConflict } from '../errors.js';
import { pause } from '../pause.js';
import type { Clock } from '../ports/clock.js';
import type {
  Damage,
  EventSource,
  EventStore,
  ExpectedRevision,
  RecordedEvent,
} from '../ports/event-store.js';
import type { Health, HealthReporter } from '../ports/health.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { Logger } from '../ports/logger.js';
import { SENDING_STREAM } from '../streams.js';
import type { DoubtfulHold, DoubtWaiting } from './doubt-waiting.js';

/** Poll interval in which another instance's hold or release is noticed. */
const LOOK_AGAIN_MS = 1_000;
/** Two operators may decide at once; more conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 5;

export interface HoldRequest {
  readonly cause: HoldCause;
  readonly reason: string;
  readonly by: string | null;
  readonly source: EventSource;
}

export interface ReleaseRequest {
  readonly reason: string;
  readonly waiting: WaitingDecision | null;
  readonly by: string | null;
}

/** Sending is held: nothing may be handed to Vonage now. */
export class SendingIsHeld extends Error {
  override readonly name = 'SendingIsHeld';
}

/** The stream at its last read. */
interface Known {
  readonly sending: Sending;
  readonly revision: ExpectedRevision;
  /** The event that holds sending; undefined while it flows. */
  readonly heldBy: RecordedEvent | undefined;
}

/** Holds and releases sending for all instances, as events, and knows the present hold. */
export class SteerSending {
  private known: Known | undefined;
  /** Holds that are being recorded: they take effect from the request on. */
  private holdsUnderWay = 0;
  private readonly health: HealthReporter;

  constructor(
    private readonly store: EventStore,
    private readonly doubtWaiting: DoubtWaiting,
    private readonly clock: Clock,
    private readonly identifiers: Identifiers,
    private readonly logger: Logger,
    health: Health,
  ) {
    this.health = health.reporter('hold', ['sending']);
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

  /** @throws SendingIsHeld */
  readonly checkFlowing = (): void => {
    if (this.isHeld) throw new SendingIsHeld('sending is held');
  };

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
          this.logger.warn({ error }, 'It is not known whether another instance holds sending.');
        }
        this.health.report('failing', 'it cannot be read whether sending is held');
        isFailing = true;
      }
      await pause(LOOK_AGAIN_MS, signal);
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
        sending.state === 'held' && !changesHold(cause)
          ? undefined
          : { type: 'SendingHeld', data: { cause, reason, by, occurredAt } },
      );
    } finally {
      this.holdsUnderWay--;
    }
  }

  /**
   * Decides about the waiting messages where a decision is required, and lets sending resume. May be repeated after an
   * interruption: until it is done, sending stays held.
   * @throws ApplicationError `sending-not-held`, `waiting-undecided`, `sending-held-again`
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async release({ reason, waiting, by }: ReleaseRequest): Promise<Sending> {
    const { sending, heldBy } = await this.read();
    if (sending.state === 'flowing' || heldBy === undefined) {
      throw new ApplicationError(
        'sending-not-held',
        'Sending is not held, so there is nothing to release.',
      );
    }
    if (asksForDecision(sending.cause) && waiting === null) {
      throw new ApplicationError(
        'waiting-undecided',
        `Messages that wait may have been sent already: ${sending.reason}. ` +
          'Give `waiting`: `send` sends them, `unknown` records each as of unknown outcome and sends none of them.',
      );
    }
    if (waiting === 'unknown') {
      const messages = await this.doubtWaiting.execute(this.doubtful(heldBy), by);
      this.logger.warn({ messages }, 'Waiting messages were recorded as of unknown outcome.');
    }
    return this.append('api', by, (now, occurredAt) => {
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
    const heldAt = damage === undefined ? metadata.recordedAt : this.clock.now().toISOString();
    return { id, position, heldAt };
  }

  private async read(): Promise<Known> {
    const { events, revision } = await this.store.read(SENDING_STREAM);
    let sending: Sending = neverHeld;
    let heldBy: RecordedEvent | undefined;
    for (const recorded of events) {
      const next =
        recorded.damage === undefined
          ? evolveSending(sending, recorded.event as SendingEvent)
          : heldByDamage(recorded, recorded.damage);
      if (next === sending) continue;
      sending = next;
      heldBy = next.state === 'held' ? recorded : undefined;
    }
    const known = { sending, revision, heldBy };
    // A concurrent append may know more than this read.
    if (isNewer(known, this.known)) this.learn(known);
    return this.known ?? known;
  }

  private async append(
    source: EventSource,
    by: string | null,
    decide: (known: Known, now: string) => SendingEvent | undefined,
  ): Promise<Sending> {
    for (let conflicts = 0; ;) {
      const known = await this.read();
      const now = this.clock.now().toISOString();
      const event = decide(known, now);
      if (event === undefined) return known.sending;
      const id = this.identifiers.newId();
      const metadata = {
        recordedAt: now,
        correlationId: id,
        causationId: id,
        source,
        ...(by === null ? {} : { actor: by }),
      };
      try {
        await appendWithRetry(
          this.store,
          SENDING_STREAM,
          [{ id, event, metadata }],
          known.revision,
        );
        return (await this.read()).sending;
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict) || ++conflicts === CONFLICTS_MAX) throw error;
      }
    }
  }

  private learn(known: Known): void {
    const before = this.known?.sending;
    this.known = known;
    const { sending } = known;
    if (sending.state === 'flowing') this.health.working();
    else this.health.report('held', sending.reason);
    if (sending.state === (before?.state ?? 'flowing')) return;
    if (sending.state === 'flowing') {
      this.logger.info(
        { since: sending.since },
        'Sending is released: messages go to Vonage again.',
      );
      return;
    }
    const { since, cause, reason, by } = sending;
    this.logger.warn(
      { since, cause, reason, by },
      'Sending is held: messages are accepted and wait. `npm run resume` releases it.',
    );
  }
}

/** An unreadable event may have been the hold of a restored copy, so it holds like one. */
const heldByDamage = ({ metadata, revision }: RecordedEvent, { reason }: Damage): Sending => ({
  state: 'held',
  since: metadata.recordedAt,
  cause: 'damaged-ledger',
  reason:
    `event ${revision} of ${SENDING_STREAM} is damaged (${reason}), ` +
    'and may have been the hold of a restored copy',
  by: null,
});

const isNewer = (known: Known, than: Known | undefined): boolean =>
  than === undefined || numberOf(known.revision) >= numberOf(than.revision);

const numberOf = (revision: ExpectedRevision): bigint =>
  revision === 'no-stream' ? -1n : revision;
