import type { TrackedMessage } from '../../domain/message/message.js';
import { isWaitingToBeSent } from '../../domain/message/message-status.js';
import { providerOf, type Provider } from '../../domain/sending/provider.js';
import { endsByItself } from '../../domain/sending/sending.js';
import { RecipientOptedOut, type WithholdOptedOut } from '../contacts/withhold-opted-out.js';
import { StoreUnavailable, UndecodableEvent } from '../errors.js';
import type { AwaitedRepeats } from '../health/awaited-repeats.js';
import { fold } from '../message-ledger.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { BackOffs } from '../steering/back-off.js';
import type { SteerSending } from '../steering/steer-sending.js';
import type { Hindrances, Hold } from './explain.js';
import { messageStream } from '../streams.js';
import { findStream } from './find-stream.js';
import { messageNotFound, messageNotKnownYet } from './message-not-found.js';
import { traceOf } from './trace-of.js';
import { viewMessage, type MessageView } from './message-view.js';

/** The back-offs, holds, opt-outs and repeated reports that may delay a message. */
export interface Delays {
  readonly backOffs: Pick<BackOffs, 'of'>;
  readonly steering: Pick<SteerSending, 'currentOf' | 'senderHold'>;
  readonly withhold: Pick<WithholdOptedOut, 'check'>;
  readonly repeats: Pick<AwaitedRepeats, 'leftMs'>;
}

/** A message as it is, or as it was known at an earlier moment. Folded from its stream, so never stale. */
export class ReadMessage {
  constructor(
    private readonly store: EventStore,
    private readonly index: MessageIndex,
    private readonly delays: Delays,
    private readonly clock: Clock,
  ) {}

  /**
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * @param at what had been recorded by then; undefined means everything
   * @throws ApplicationError `message-not-found`, also when it was not known yet
   * @throws StoreUnavailable
   */
  async execute(id: string, at: Date | undefined): Promise<MessageView> {
    const { events, messageId } = await findStream(this.store, this.index, id);
    // A clock that was set back may have given a later event an earlier time; no event is known before its predecessors.
    const newest =
      at === undefined
        ? events.length
        : events.findLastIndex((event) => wasRecordedBy(event, at)) + 1;
    const known = events.slice(0, newest);
    const last = known.at(-1);
    if (last === undefined) {
      throw at === undefined || events.length === 0
        ? messageNotFound(id)
        : messageNotKnownYet(id, at);
    }
    const { message } = fold({ events: known, revision: last.revision });
    const tracked = message as TrackedMessage;
    const { resentAs, cutOff } = await this.repeatsOf(tracked);
    const hindrances = at === undefined ? await this.hindrancesOf(tracked) : {};
    const view = viewMessage(messageId, { ...tracked, resentAs }, last.revision, {
      ...hindrances,
      resendCutOff: cutOff,
    });
    const traceId = traceOf((known[0] ?? last).metadata);
    return traceId === undefined ? view : { ...view, traceId };
  }

  /** A message is named before the one that repeats it is recorded, so that the latter may be missing. */
  private async repeatsOf({
    resentAs,
  }: TrackedMessage): Promise<{ resentAs: readonly string[]; cutOff: string | undefined }> {
    for (const id of resentAs.toReversed()) {
      const { revision } = await this.store.read(messageStream(id));
      if (revision !== 'no-stream') return { resentAs: [id], cutOff: undefined };
    }
    return { resentAs: [], cutOff: resentAs.at(-1) };
  }

  private async hindrancesOf(message: TrackedMessage): Promise<Hindrances> {
    return {
      heldBackUntil: this.delays.backOffs.of(providerOfNext(message)).until(),
      hold: this.holdOf(message),
      consent: isWaitingToBeSent(message.status) ? await this.consentOf(message) : undefined,
      repeatsUntil: await this.repeatsUntil(message),
    };
  }

  /** Asks what the dispatcher will ask. While contacts are away, the rest is told. */
  private async consentOf(message: TrackedMessage): Promise<Hindrances['consent']> {
    try {
      await this.delays.withhold.check(message);
      return undefined;
    } catch (error) {
      if (error instanceof RecipientOptedOut)
        return { optedOut: error.message, skippedStep: error.skippedStep };
      if (error instanceof UndecodableEvent) return 'damaged';
      if (error instanceof StoreUnavailable) return undefined;
      throw error;
    }
  }

  /** Asks the same as the dispatcher and the timers. Undefined while outages cannot be read, so that the rest is told. */
  private async repeatsUntil(message: TrackedMessage): Promise<Date | undefined> {
    const leftMs = await this.delays.repeats.leftMs(message).catch(() => 0);
    return leftMs === 0 ? undefined : new Date(this.clock.now().getTime() + leftMs);
  }

  private holdOf(message: TrackedMessage): Hold | undefined {
    const { next } = message;
    const current = this.delays.steering.currentOf(providerOfNext(message));
    if (current?.state === 'held') {
      return { ...current, endsByItself: endsByItself(current.cause), isOfSender: false };
    }
    const hold =
      next === null ? undefined : this.delays.steering.senderHold(next.channel, next.from);
    return hold === undefined ? undefined : { ...hold, endsByItself: true, isOfSender: true };
  }
}

/** The provider that gets the next attempt. */
const providerOfNext = (message: TrackedMessage): Provider => {
  const { channel, from } = message.next ?? message;
  return providerOf(channel, from);
};

const wasRecordedBy = ({ metadata }: RecordedEvent, at: Date): boolean =>
  Date.parse(metadata.recordedAt) <= at.getTime();
