import type { Moment } from '../domain/elapsed-time.js';
import { decide } from '../domain/message/decide.js';
import type { MessageCommand } from '../domain/message/message-commands.js';
import type { MessageEvent } from '../domain/message/message-events.js';
import { evolve, unheardOf, type Message } from '../domain/message/message.js';
import type { RetryPolicy } from '../domain/message/retry-policy.js';
import { appendWithRetry, type RetryLimit } from './append-with-retry.js';
import { ConcurrencyConflict } from './errors.js';
import { KeyedQueue } from './keyed-queue.js';
import { momentOf } from './moment-of.js';
import type { Cache } from './ports/cache.js';
import type { Clocks, MonotonicClock } from './ports/clock.js';
import type { Person } from './ports/personal-keys.js';
import type {
  EventMetadata,
  EventSource,
  EventStore,
  ExpectedRevision,
  NewEvent,
  StoredStream,
  WebhookEvidence,
} from './ports/event-store.js';
import type { Identifiers } from './ports/identifiers.js';
import { messageStream } from './streams.js';

/** Only another process can conflict with us, and rarely; more conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 5;

/**
 * Time in which the dispatcher repeats an append of unknown outcome. An attempt that may or may not have been started
 * cannot be sent. The time is longer than an election takes, and short enough to stop the dispatcher.
 */
const DISPATCHER_RETRY_MS = 20_000;

/** A message as of a revision of its stream. */
export interface MessageAsOf {
  readonly message: Message;
  readonly revision: ExpectedRevision;
  /** The causation id of the next event, unless something from outside caused it. */
  readonly lastEventId: string | undefined;
  /** The random id of the person whose key earlier events have; undefined where none has one. */
  readonly person?: string | undefined;
  /** Another process writes to the stream too, so it is read: the remembered state would cause a conflict. */
  readonly isShared?: boolean;
}

/** The assumed state of a message whose stream was not read. */
const assumedUnheardOf: MessageAsOf = {
  message: unheardOf,
  revision: 'no-stream',
  lastEventId: undefined,
};

/** Of a message with one attempt and short texts. */
const ORDINARY_BYTES = 2_048;
const ATTEMPT_BYTES = 512;
const REPORT_ID_BYTES = 64;
const CHARACTER_BYTES = 2;

/** The memory that a remembered message takes, about. */
export function bytesRemembered({ message }: MessageAsOf): number {
  if (message.kind !== 'tracked') return ORDINARY_BYTES;
  const { request, attempts, reportIds } = message;
  let characters = request?.text.length ?? 0;
  for (const { text } of request?.fallback ?? []) characters += text?.length ?? 0;
  return (
    ORDINARY_BYTES +
    attempts.length * ATTEMPT_BYTES +
    reportIds.length * REPORT_ID_BYTES +
    characters * CHARACTER_BYTES
  );
}

/** The source of a command, and its evidence. */
export interface Cause {
  readonly source: EventSource;
  readonly actor?: string | undefined;
  /**
   * The id of the fact that the command carries, where it has one of its own. Then the store itself recognises a repeat
   * of the fact. Leave it out where two callers may want the same thing and only one may have it: with the same id both
   * would be told that they succeeded.
   */
  readonly factId?: string;
  readonly causationId?: string;
  readonly webhook?: WebhookEvidence;
  /** Called with the decision, right before each append and each repeat. @throws to have nothing appended */
  readonly beforeAppend?: (events: readonly MessageEvent[]) => void;
  /**
   * Called after each decision that something is to be recorded and before its append: again after a conflict.
   * @param at the moment of the decision, which the events will name
   * @throws to have nothing appended
   */
  readonly admit?: (message: Message, at: Date) => Promise<void>;
  /** Aborts when nobody waits for the result any more. Work that has not begun by then is not begun. */
  readonly signal?: AbortSignal | undefined;
}

export interface Handled {
  /** The recorded events; empty when the command changes nothing. */
  readonly events: readonly MessageEvent[];
  readonly before: Message;
  readonly after: Message;
  /** Revision of the stream's last event; -1 when nothing was ever recorded. */
  readonly revision: bigint;
}

/** The clocks, the identifiers and the chance. */
export interface MessageLedgerSurroundings extends Clocks {
  readonly identifiers: Identifiers;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Read, fold, decide, append: the only place where the message's rules meet the store. */
export class MessageLedger {
  private readonly queue = new KeyedQueue();
  private readonly watchers = new Map<string, Set<() => void>>();

  constructor(
    private readonly store: EventStore,
    private readonly surroundings: MessageLedgerSurroundings,
    private readonly retryPolicy: RetryPolicy,
    /** Caches folded messages. May be stale: then the expected revision causes a conflict. */
    private readonly recent: Cache<string, MessageAsOf>,
  ) {}

  /** The message as the ledger has it now. @throws StoreUnavailable */
  async read(messageId: string): Promise<MessageAsOf> {
    const { isShared = false } = this.recent.get(messageId) ?? {};
    const state = { ...fold(await this.store.read(messageStream(messageId))), isShared };
    this.recent.set(messageId, state);
    return state;
  }

  /**
   * The message from the cache where possible: what it names has happened, and later events may be missing.
   * @throws StoreUnavailable
   */
  recall(messageId: string): MessageAsOf | Promise<MessageAsOf> {
    return this.remembered(messageId) ?? this.read(messageId);
  }

  /**
   * Handles a command on the message as the ledger has it now.
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict when others keep winning
   */
  handle(messageId: string, command: MessageCommand, cause: Cause): Promise<Handled> {
    return this.inTurn(messageId, command, cause, () => this.read(messageId));
  }

  /** The events that `handle` would record now. Nothing is recorded. @throws StoreUnavailable */
  async rehearse(messageId: string, command: MessageCommand): Promise<Handled> {
    const { message: before, revision } = await this.read(messageId);
    const events = this.decide(command, before);
    return {
      events,
      before,
      after: events.reduce(evolve, before),
      revision: (revision === 'no-stream' ? -1n : revision) + BigInt(events.length),
    };
  }

  /**
   * True when the stream begins with this fact; false when it begins with another, so that the fact can never become
   * its first; undefined when it has not begun. @throws StoreUnavailable
   */
  async beginsWith(messageId: string, factId: string): Promise<boolean | undefined> {
    const [first] = (await this.store.read(messageStream(messageId))).events;
    return first && first.id === factId;
  }

  /** True when anything is recorded on the stream of this id. @throws StoreUnavailable */
  async isRecorded(messageId: string): Promise<boolean> {
    return (await this.store.read(messageStream(messageId))).revision !== 'no-stream';
  }

  /** A random id for a fact, by which its event can be found after an append of unknown outcome. */
  newFactId(): string {
    return this.surroundings.identifiers.newId();
  }

  /** The number of the attempt whose start is this fact; undefined when it is not recorded. @throws StoreUnavailable */
  async attemptStartedAs(messageId: string, factId: string): Promise<number | undefined> {
    const { events } = await this.store.read(messageStream(messageId));
    const event = events.find(({ id }) => id === factId)?.event;
    return event?.type === 'AttemptStarted' ? event.data.attempt : undefined;
  }

  /**
   * Like `handle`, from the cache where possible. Only for commands for which a stale state can cause nothing worse
   * than a conflict: a report is new, or it is known and stays known.
   */
  handleRecent(messageId: string, command: MessageCommand, cause: Cause): Promise<Handled> {
    return this.inTurn(messageId, command, cause, () => this.recall(messageId));
  }

  /**
   * Like `handle`, and from the cache when the cached state leads to a decision: a stale one then causes a conflict, and
   * the decision is made again. Where it leads to none, the stream is read.
   */
  handleOptimistically(messageId: string, command: MessageCommand, cause: Cause): Promise<Handled> {
    return this.inTurn(messageId, command, cause, () => {
      const state = this.remembered(messageId);
      const isDecided = state !== undefined && this.decide(command, state.message).length > 0;
      return isDecided ? state : this.read(messageId);
    });
  }

  /**
   * Like `handleRecent`, for a message that most likely has no events yet: when it is not in the cache, its stream is
   * not read. If the stream exists, the append conflicts. If it begins with this very fact, the append is a repeat, and
   * the result is as if it had been recorded now.
   */
  handleProbablyFirst(messageId: string, command: MessageCommand, cause: Cause): Promise<Handled> {
    return this.inTurn(messageId, command, cause, () => {
      if (this.recent.get(messageId) === undefined) return assumedUnheardOf;
      return this.recall(messageId);
    });
  }

  /**
   * Calls the listener after every event that this process records on a message, not after those of other processes.
   * @returns a function that ends it
   */
  watch(messageId: string, listener: () => void): () => void {
    const watchers = this.watchers.get(messageId) ?? new Set();
    this.watchers.set(messageId, watchers.add(listener));
    return () => {
      watchers.delete(listener);
      if (watchers.size === 0) this.watchers.delete(messageId);
    };
  }

  /** Runs after all earlier work on the same message. */
  private inTurn(
    messageId: string,
    command: MessageCommand,
    cause: Cause,
    load: () => MessageAsOf | Promise<MessageAsOf>,
  ): Promise<Handled> {
    return this.queue.run(
      messageId,
      () => this.decideAndAppend(messageId, command, cause, load),
      cause.signal,
    );
  }

  private remembered(messageId: string): MessageAsOf | undefined {
    const state = this.recent.get(messageId);
    return state?.isShared === true ? undefined : state;
  }

  private async decideAndAppend(
    messageId: string,
    command: MessageCommand,
    cause: Cause,
    load: () => MessageAsOf | Promise<MessageAsOf>,
  ): Promise<Handled> {
    let state = await load();
    let { isShared = false } = state;
    for (let conflicts = 0; ;) {
      const moment = momentOf(this.surroundings.clock);
      const events = this.decide(command, state.message, moment);
      if (events.length === 0) {
        const revision = state.revision === 'no-stream' ? -1n : state.revision;
        return { events, before: state.message, after: state.message, revision };
      }
      if (cause.admit !== undefined) await cause.admit(state.message, new Date(moment.now));
      const after = events.reduce(evolve, state.message);
      const person = personOf(state, after, command);
      const recorded = this.asNewEvents(messageId, events, cause, state, moment.now).map(
        (event): NewEvent => (person === undefined ? event : { ...event, person }),
      );
      try {
        const stream = messageStream(messageId);
        const { revision } = await appendWithRetry(
          this.store,
          stream,
          recorded,
          state.revision,
          retryLimitOf(cause, events, this.surroundings.monotonic),
        );
        const lastEventId = recorded.at(-1)?.id;
        const { person: known } = state;
        this.recent.set(messageId, {
          message: after,
          revision,
          lastEventId,
          person: known,
          isShared,
        });
        for (const changed of this.watchers.get(messageId) ?? []) changed();
        return { events, before: state.message, after, revision };
      } catch (error) {
        this.recent.delete(messageId);
        if (!(error instanceof ConcurrencyConflict) || ++conflicts === CONFLICTS_MAX) throw error;
        isShared ||= state !== assumedUnheardOf;
        state = await this.read(messageId);
      }
    }
  }

  private decide(
    command: MessageCommand,
    message: Message,
    moment: Moment = momentOf(this.surroundings.clock),
  ): readonly MessageEvent[] {
    const { retryPolicy } = this;
    return decide(command, message, { ...moment, retryPolicy, jitter: this.surroundings.random() });
  }

  private asNewEvents(
    messageId: string,
    events: readonly MessageEvent[],
    cause: Cause,
    state: MessageAsOf,
    now: string,
  ): readonly NewEvent[] {
    const factId = cause.factId ?? this.surroundings.identifiers.newId();
    const metadata: EventMetadata = {
      recordedAt: now,
      correlationId: messageId,
      causationId: cause.causationId ?? state.lastEventId ?? factId,
      source: cause.source,
      ...(cause.actor === undefined ? {} : { actor: cause.actor }),
    };
    // A report that proves an attempt comes after the event that recovers the attempt.
    const carrier = Math.max(
      0,
      events.findIndex(({ data }) => 'reportId' in data),
    );
    return events.map((event, index) =>
      index === carrier
        ? {
            id: factId,
            event,
            metadata:
              cause.webhook === undefined ? metadata : { ...metadata, webhook: cause.webhook },
          }
        : // Further events of the fact have ids derived from it, and are caused by it.
          {
            id: this.surroundings.identifiers.idOf(factId, String(index)),
            event,
            metadata: { ...metadata, causationId: factId },
          },
    );
  }
}

/** Folds a message's stream, which holds no events of other kinds. */
export function fold(stream: StoredStream): MessageAsOf {
  let message: Message = unheardOf;
  let person: string | undefined;
  for (const recorded of stream.events) {
    message = evolve(message, recorded.event as MessageEvent);
    // An event without a recipient is sealed with the key of its day; a later event may name the recipient.
    if (message.kind === 'tracked' && message.to !== '') person ??= recorded.person;
  }
  const lastEventId = stream.events.at(-1)?.id;
  return { message, revision: stream.revision, lastEventId, person };
}

/** The number of the message owns all its events. A report about one of whom nothing is known makes nobody known again. */
function personOf(
  { person }: MessageAsOf,
  after: Message,
  command: MessageCommand,
): Person | undefined {
  if (person !== undefined) return { id: person };
  if (after.kind === 'unheard-of') return undefined;
  const reported = 'report' in command ? command.report.to : '';
  // A report may name no recipient, and a later one may.
  const number = after.to === '' ? reported : after.to;
  return number === '' ? undefined : { number, mayReturn: command.type === 'RequestMessage' };
}

const retryLimitOf = (
  { source, signal, beforeAppend }: Cause,
  events: readonly MessageEvent[],
  monotonic: MonotonicClock,
): RetryLimit => ({
  monotonic,
  signal,
  ...(beforeAppend === undefined ? {} : { beforeAppend: () => beforeAppend(events) }),
  ...(source === 'dispatcher' ? { retryMs: DISPATCHER_RETRY_MS } : {}),
});
