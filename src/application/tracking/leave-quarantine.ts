import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, NewEvent, RecordedEvent } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { WebhookReplayed } from '../../domain/quarantine-events.js';

/** Webhooks that are set aside meanwhile go to the same day's stream. */
const CONFLICTS_MAX = 20;

/** Records that a webhook in quarantine was understood when it was replayed, so that nobody looks at it any more. */
export class LeaveQuarantine {
  constructor(
    private readonly store: EventStore,
    private readonly surroundings: Clocks & { readonly identifiers: Identifiers },
  ) {}

  /**
   * Resolves after the commit. A webhook that has left already stays as it is.
   * @param actor name of the API key
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    quarantined: RecordedEvent,
    result: WebhookReplayed['data']['result'],
    actor: string | undefined,
  ): Promise<void> {
    const { stream } = quarantined;
    const event = this.asNewEvent(quarantined, result, actor);
    await decideAgain(async () => {
      const { events, revision } = await this.store.read(stream);
      if (events.some((earlier) => isAbout(earlier, quarantined.id))) return;
      await appendWithRetry(this.store, stream, [event], revision, this.surroundings);
    }, CONFLICTS_MAX);
  }

  private asNewEvent(
    quarantined: RecordedEvent,
    result: WebhookReplayed['data']['result'],
    actor: string | undefined,
  ): NewEvent {
    const now = this.surroundings.clock.now().toISOString();
    const data = { eventId: quarantined.id, result, occurredAt: now };
    return {
      id: this.surroundings.identifiers.newId(),
      event: { type: 'WebhookReplayed', data },
      metadata: {
        recordedAt: now,
        correlationId: quarantined.metadata.correlationId,
        causationId: quarantined.id,
        source: 'api',
        ...(actor === undefined ? {} : { actor }),
      },
    };
  }
}

const isAbout = (recorded: RecordedEvent, eventId: string): boolean =>
  recorded.damage === undefined &&
  recorded.event.type === 'WebhookReplayed' &&
  recorded.event.data.eventId === eventId;
