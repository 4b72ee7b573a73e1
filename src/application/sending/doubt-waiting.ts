import type { MessageEvent } from '../../domain/message/message-events.js';
import type { MessageLedger } from '../message-ledger.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import { agendaChanges } from '../projections/agenda-changes.js';
import { MESSAGE_STREAMS, messageIdOfStream, messageStream } from '../streams.js';

const REASON =
  'the ledger was restored from an older copy, so the message may have been sent before that';

interface Waiting {
  readonly dueAt: string;
  /** The event after which it waits was recorded after the hold. */
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
  ) {}

  /**
   * May be repeated after an interruption: a message with such an attempt waits no more.
   * @returns how many messages were changed
   * @throws StoreUnavailable
   */
  async execute(hold: RecordedEvent, by: string | null): Promise<number> {
    let changed = 0;
    for (const [messageId, waiting] of await this.waiting(hold)) {
      if (!(await this.isInDoubt(messageId, waiting, hold))) continue;
      const { events } = await this.messages.handle(
        messageId,
        { type: 'DoubtAttempt', messageId, reason: REASON },
        { source: 'api', causationId: hold.id, ...(by === null ? {} : { actor: by }) },
      );
      if (events.length > 0) changed++;
    }
    return changed;
  }

  private async waiting(hold: RecordedEvent): Promise<ReadonlyMap<string, Waiting>> {
    const waiting = new Map<string, Waiting>();
    const { signal } = new AbortController();
    for await (const { events } of this.feed.readAll({ prefixes: [MESSAGE_STREAMS], signal })) {
      for (const { event, stream, position } of events) {
        const messageId = messageIdOfStream(stream);
        if (messageId === undefined) continue;
        const { clear, set } = agendaChanges(event as MessageEvent);
        if (clear.some(({ kind }) => kind === 'send')) waiting.delete(messageId);
        const send = set.find(({ kind }) => kind === 'send');
        if (send === undefined) continue;
        const isSinceHold = this.feed.comparePositions(position, hold.position) > 0;
        waiting.set(messageId, { dueAt: send.dueAt, isSinceHold });
      }
    }
    return waiting;
  }

  /**
   * In doubt is what a process before this ledger was restored may have sent: a message from before the hold. Not one
   * that was scheduled then for later than the hold, and not one that was accepted since.
   */
  private async isInDoubt(
    messageId: string,
    { dueAt, isSinceHold }: Waiting,
    hold: RecordedEvent,
  ): Promise<boolean> {
    if (!isSinceHold) return dueAt <= hold.metadata.recordedAt;
    const { events } = await this.store.read(messageStream(messageId));
    const [first] = events;
    return first !== undefined && this.feed.comparePositions(first.position, hold.position) < 0;
  }
}
