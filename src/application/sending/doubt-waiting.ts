import { continuesByItself } from '../../domain/message/decide.js';
import type { MessageEvent } from '../../domain/message/message-events.js';
import { meansReached } from '../../domain/message/transitions.js';
import { UndecodableEvent } from '../errors.js';
import type { MessageLedger } from '../message-ledger.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Logger } from '../ports/logger.js';
import { agendaChanges } from '../projecting/agenda.js';
import { MESSAGE_STREAMS, messageIdOfStream, messageStream } from '../streams.js';

const REASON =
  'the ledger was restored from an older copy or found damaged, so the message may have been sent before that';

/** The hold after which this ledger cannot have sent. */
export interface DoubtfulHold {
  readonly id: string;
  readonly position: Position;
  /** ISO 8601 UTC. A message due later cannot have been sent before the hold. */
  readonly heldAt: string;
}

interface Waiting {
  readonly dueAt: string;
  /** True when the event that made it wait was recorded after the hold. */
  readonly isSinceHold: boolean;
}

/**
 * Records an attempt of unknown outcome for each message that waited when a restored ledger was opened. Asks the
 * ledger itself, because the read models of a restored ledger are still being built.
 */
export class DoubtWaiting {
  constructor(
    private readonly store: EventStore,
    private readonly feed: EventFeed,
    private readonly messages: MessageLedger,
    private readonly logger: Logger,
  ) {}

  /**
   * May be repeated after an interruption: a message with such an attempt waits no more. Skips a message that cannot be
   * read: the dispatcher cannot read it either, so it is not sent.
   * @returns how many messages were changed
   * @throws StoreUnavailable
   */
  async execute(hold: DoubtfulHold, by: string | null): Promise<number> {
    let changed = 0;
    const { waiting, continuing } = await this.open(hold);
    for (const [messageId, since] of waiting) {
      if (!(await this.isInDoubt(messageId, since, hold))) continue;
      if (await this.doubt(messageId, hold, by)) changed++;
    }
    // A process before the restore may have sent what follows the last call of such a message.
    for (const messageId of continuing) {
      if (waiting.has(messageId)) continue;
      if (await this.doubt(messageId, hold, by)) changed++;
    }
    return changed;
  }

  private async doubt(messageId: string, hold: DoubtfulHold, by: string | null): Promise<boolean> {
    try {
      const { events } = await this.messages.handle(
        messageId,
        { type: 'DoubtAttempt', messageId, reason: REASON },
        { source: 'api', causationId: hold.id, ...(by === null ? {} : { actor: by }) },
      );
      return events.length > 0;
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      this.logger.error(
        { messageId, error },
        'A waiting message cannot be read: it is not recorded as of unknown outcome, and not sent.',
      );
      return false;
    }
  }

  private async open(hold: DoubtfulHold): Promise<{
    readonly waiting: ReadonlyMap<string, Waiting>;
    /** Messages from before the hold, not known to have arrived, of which more may be sent without a decision. */
    readonly continuing: ReadonlySet<string>;
  }> {
    const waiting = new Map<string, Waiting>();
    const continuing = new Set<string>();
    const { signal } = new AbortController();
    for await (const { events } of this.feed.readAll({ prefixes: [MESSAGE_STREAMS], signal })) {
      for (const recorded of events) {
        if (recorded.damage !== undefined) continue;
        const { event, stream, position } = recorded;
        const messageId = messageIdOfStream(stream);
        if (messageId === undefined) continue;
        const { clear, set } = agendaChanges(event as MessageEvent, '');
        if (clear.some(({ kind }) => kind === 'send')) waiting.delete(messageId);
        const isSinceHold = this.feed.comparePositions(position, hold.position) > 0;
        if (event.type === 'MessageRequested' && continuesByItself(event.data) && !isSinceHold) {
          continuing.add(messageId);
        } else if (event.type === 'StatusReported' && meansReached(event.data.status)) {
          continuing.delete(messageId);
        }
        const send = set.find(({ kind }) => kind === 'send');
        if (send === undefined) continue;
        waiting.set(messageId, { dueAt: send.dueAt, isSinceHold });
      }
    }
    return { waiting, continuing };
  }

  /**
   * True when a process before the restore may have sent the message: one from before the hold. False when it was
   * scheduled then for later than the hold, or was accepted since.
   */
  private async isInDoubt(
    messageId: string,
    { dueAt, isSinceHold }: Waiting,
    hold: DoubtfulHold,
  ): Promise<boolean> {
    if (!isSinceHold) return dueAt <= hold.heldAt;
    const { events } = await this.store.read(messageStream(messageId));
    const [first] = events;
    return first !== undefined && this.feed.comparePositions(first.position, hold.position) < 0;
  }
}
