import { appendWithRetry } from '../append-with-retry.js';
import { AppendOutcomeUnknown, ConcurrencyConflict } from '../errors.js';
import { KeyedQueue } from '../keyed-queue.js';
import type { Cache } from '../ports/cache.js';
import type { Clocks } from '../ports/clock.js';
import type {
  EventStore,
  ExpectedRevision,
  NewEvent,
  WebhookEvidence,
} from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { quarantineStream } from '../streams.js';

const CONFLICTS_MAX = 20;

/** The longest day's stream that is read again after a start. */
const RECALLED_EVENTS_MAX = 10_000n;
/** The longest one that is read again each time that another instance has written to it. */
const SHARED_EVENTS_MAX = 500n;

/** Keeps webhooks that Vonage signed and we could not understand, so that nothing signed is ever lost. */
export class QuarantineWebhook {
  private readonly queue = new KeyedQueue();

  constructor(
    private readonly store: EventStore,
    private readonly surroundings: Clocks & { readonly identifiers: Identifiers },
    /** Last known revision of a day's stream. Saves reading a stream that may be long. */
    private readonly revisions: Cache<string, ExpectedRevision>,
    /** Bodies seen lately, by digest: a repeat is not quarantined twice. */
    private readonly seen: Cache<string, true>,
  ) {}

  /**
   * Resolves after the commit.
   * @param signal aborts when the webhook was answered before this call ended
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    kind: 'status' | 'inbound',
    reason: string,
    webhook: WebhookEvidence,
    signal?: AbortSignal,
  ): Promise<'quarantined' | 'repeated'> {
    const stream = quarantineStream(webhook.receivedAt);
    const keep = async (): Promise<'quarantined' | 'repeated'> => {
      if (this.isSeen(webhook)) return 'repeated';
      const event = this.asNewEvent(kind, reason, webhook);
      const appended = await this.append(stream, event, webhook, signal);
      this.seen.set(digestOf(webhook), true);
      return appended ? 'quarantined' : 'repeated';
    };
    return this.queue.run(stream, keep, signal);
  }

  /** An earlier version remembered the body by its plain digest. */
  private isSeen(webhook: WebhookEvidence): boolean {
    return this.seen.get(digestOf(webhook)) === true || this.seen.get(webhook.sha256) === true;
  }

  /** Resolves to false when the stream turns out to hold the body already. */
  private async append(
    stream: string,
    event: NewEvent,
    webhook: WebhookEvidence,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    let expected = this.revisions.get(stream) ?? 'no-stream';
    for (let conflicts = 0; ;) {
      try {
        const { revision } = await appendWithRetry(this.store, stream, [event], expected, {
          monotonic: this.surroundings.monotonic,
          signal,
        });
        this.revisions.set(stream, revision);
        return true;
      } catch (error) {
        // The body may have been written. Only the stream can tell, so it must be read before the next append.
        if (error instanceof AppendOutcomeUnknown) this.revisions.delete(stream);
        if (!(error instanceof ConcurrencyConflict) || ++conflicts === CONFLICTS_MAX) throw error;
        if (this.revisions.get(stream) === undefined || isShort(error.actual)) {
          await this.recall(stream, error.actual);
        }
        if (this.isSeen(webhook)) return false;
        // Earlier events on this stream decide nothing else: append after them.
        expected = error.actual;
      }
    }
  }

  /**
   * Reads the bodies that an earlier process recorded, or another instance. It may have been killed or late between its
   * commit and its answer; then the same webhook comes again, and only the stream remembers it.
   */
  private async recall(stream: string, revision: ExpectedRevision): Promise<void> {
    if (revision !== 'no-stream' && revision < RECALLED_EVENTS_MAX) {
      const { events } = await this.store.read(stream);
      for (const { metadata } of events) {
        if (metadata.webhook !== undefined) this.seen.set(digestOf(metadata.webhook), true);
      }
    }
    this.revisions.set(stream, revision);
  }

  private asNewEvent(
    kind: 'status' | 'inbound',
    reason: string,
    webhook: WebhookEvidence,
  ): NewEvent {
    const id = this.surroundings.identifiers.newId();
    return {
      id,
      event: {
        type: 'WebhookQuarantined',
        data: { webhook: kind, reason, occurredAt: webhook.receivedAt },
      },
      metadata: {
        recordedAt: this.surroundings.clock.now().toISOString(),
        correlationId: id,
        causationId: webhook.jti ?? id,
        source: 'webhook',
        webhook,
      },
    };
  }
}

const isShort = (revision: ExpectedRevision): boolean =>
  revision !== 'no-stream' && revision < SHARED_EVENTS_MAX;

const digestOf = ({ digest, sha256 }: WebhookEvidence): string => digest ?? sha256;
