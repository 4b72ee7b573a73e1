import type { StatusReported, MessageEvent } from '../../domain/message/message-events.js';
import type { Logger } from '../ports/logger.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Checkpoints } from '../ports/checkpoints.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { EventStore, Position, RecordedEvent } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import { MESSAGE_STREAMS, messageIdOfStream, messageStream } from '../streams.js';
import { FeedFollower } from './feed-follower.js';

const FOLLOWER = 'adopt-reports';

/**
 * Brings stray reports home. A report without a client ref that overtakes the 202 is recorded on a
 * stream of its own, named by its uuid. Once both the uuid and the report are in the ledger, whichever
 * came second finds the first here, so no interleaving loses one; and a report adopted twice is
 * recognised by its id.
 */
export class AdoptReports {
  private readonly follower: FeedFollower;

  constructor(
    feed: EventFeed,
    checkpoints: Checkpoints,
    logger: Logger,
    private readonly store: EventStore,
    private readonly index: MessageIndex,
    private readonly messages: MessageLedger,
  ) {
    this.follower = new FeedFollower(
      FOLLOWER,
      [MESSAGE_STREAMS],
      feed,
      checkpoints,
      logger,
      (event) => this.follow(event),
    );
  }

  start(): void {
    this.follower.start();
  }

  stop(): Promise<void> {
    return this.follower.stop();
  }

  private async follow(recorded: RecordedEvent): Promise<void> {
    const event = recorded.event as MessageEvent;
    const messageId = messageIdOfStream(recorded.stream);
    if (messageId === undefined) return;
    if (event.type === 'AttemptAccepted') {
      const { messageUuid } = event.data;
      if (messageUuid !== messageId) await this.adoptAll(messageUuid, messageId);
      return;
    }
    // Only a stream that is named by the uuid of its own report can be a stray.
    if (event.type !== 'StatusReported' || event.data.messageUuid !== messageId) return;
    const owner = await this.ownerOf(messageId, recorded.position);
    if (owner !== undefined && owner !== messageId) await this.adopt(recorded, event, owner);
  }

  private async adoptAll(messageUuid: string, owner: string): Promise<void> {
    const { events } = await this.store.read(messageStream(messageUuid));
    for (const recorded of events) {
      if (recorded.event.type === 'StatusReported') {
        await this.adopt(recorded, recorded.event, owner);
      }
    }
  }

  /** The index must have read up to the report, or an acceptance just before it would be overlooked. */
  private async ownerOf(messageUuid: string, position: Position): Promise<string | undefined> {
    await this.follower.waitFor(async () => {
      const reached = await this.index.position();
      return reached !== undefined && this.follower.isAtOrAfter(reached, position);
    });
    return this.index.messageIdOf(messageUuid);
  }

  private async adopt(
    recorded: RecordedEvent,
    { data }: StatusReported,
    owner: string,
  ): Promise<void> {
    const { occurredAt, ...report } = data;
    await this.messages.handle(
      owner,
      {
        type: 'AdoptReport',
        // The stray stream knew nothing of attempts; the uuid tells it on the right one.
        report: { ...report, attempt: null },
        occurredAt,
        adoptedFrom: {
          stream: recorded.stream,
          revision: String(recorded.revision),
          eventId: recorded.id,
        },
      },
      { source: 'dispatcher', factId: report.reportId, causationId: recorded.id },
    );
  }
}
