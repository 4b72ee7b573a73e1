import type { Inbound } from '../../domain/inbound-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { ConcurrencyConflict } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, NewEvent, WebhookEvidence } from '../ports/event-store.js';
import { inboundStream } from '../streams.js';

/** Records a message that somebody sent to us. */
export class ReceiveInbound {
  constructor(
    private readonly store: EventStore,
    private readonly clocks: Clocks,
  ) {}

  /**
   * Resolves after the commit; with `another-body` where the message is recorded with other words.
   * @param ids belong to the webhook's body: the same body is the same fact. An earlier version gave the former one
   * @param signal aborts when the webhook was answered before this call ended
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async execute(
    inbound: Inbound,
    occurredAt: string,
    { id: factId, formerId }: { readonly id: string; readonly formerId?: string },
    webhook: WebhookEvidence,
    signal?: AbortSignal,
  ): Promise<'applied' | 'repeated' | 'another-body'> {
    const stream = inboundStream(inbound.messageUuid);
    const event: NewEvent = {
      id: factId,
      event: { type: 'InboundReceived', data: { ...inbound, occurredAt } },
      person: { number: inbound.from, mayReturn: true },
      metadata: {
        recordedAt: this.clocks.clock.now().toISOString(),
        correlationId: factId,
        causationId: webhook.jti ?? factId,
        source: 'webhook',
        webhook,
      },
    };
    // The metrics distinguish "new" from "the same again", and the store alone cannot.
    const { events } = await this.store.read(stream);
    if (events.some(({ id }) => id === factId || id === formerId)) return 'repeated';
    try {
      const limit = { monotonic: this.clocks.monotonic, signal };
      await appendWithRetry(this.store, stream, [event], 'no-stream', limit);
      return 'applied';
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
      return 'another-body';
    }
  }
}
