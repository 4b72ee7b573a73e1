import type { MessageRequest } from '../../domain/message/message-events.js';
import { InvalidRequest } from '../errors.js';
import type { EventStore } from '../ports/event-store.js';
import { inboundStream } from '../streams.js';

/** Refuses an answer to a message that was never received, or that somebody else wrote. */
export class ReplyGuard {
  constructor(private readonly store: Pick<EventStore, 'read'>) {}

  /** Costs one reading of the inbound message, and nothing for a message that answers none. @throws StoreUnavailable */
  async refusal({ inReplyTo, to }: MessageRequest): Promise<InvalidRequest | undefined> {
    if (inReplyTo === null) return undefined;
    const { events } = await this.store.read(inboundStream(inReplyTo));
    const received = events.find(({ event }) => event.type === 'InboundReceived')?.event;
    const pointer = '/inReplyTo';
    if (received?.type !== 'InboundReceived') {
      const detail = 'inReplyTo names no message that was received: take its messageUuid';
      return new InvalidRequest([{ pointer, detail }]);
    }
    if (received.data.from === to) return undefined;
    const detail = 'inReplyTo names a message of somebody else: `to` must be who wrote it';
    return new InvalidRequest([{ pointer, detail }]);
  }
}
