import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import { applyEvents } from './apply-events.js';
import type { Projection } from './projection.js';

const BATCH_EVENTS_MAX = 10_000;
/** Events per commit: events of one message that are close to each other then cost one row. */
const EVENTS_PER_COMMIT_AIM = 20_000;

export interface RebuildProgress {
  readonly eventsDone: number;
  /** The last position read from the feed. */
  readonly position: Position;
}

/**
 * Brings a projection from its position to the end of the ledger. The position is stored with its rows, so an
 * interrupted rebuild begins anew or resumes, and never counts an event twice.
 * @returns how many events were applied
 */
export async function catchUp(
  feed: Pick<EventFeed, 'readAll'>,
  projection: Projection,
  signal: AbortSignal,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): Promise<number> {
  let eventsDone = 0;
  const resumed = await projection.resume();
  const after = resumed?.position;
  let stands = after;
  const options = {
    prefixes: [projection.prefix],
    signal,
    batchEventsMax: BATCH_EVENTS_MAX,
    readsPersonal: projection.readsPersonal,
    after,
  };
  let waiting: RecordedEvent[] = [];
  for await (const { events, position, caughtUp } of feed.readAll(options)) {
    for (const event of events) waiting.push(event);
    if (waiting.length < EVENTS_PER_COMMIT_AIM && !caughtUp) continue;
    // No new events.
    if (position === stands) continue;
    const asOf = waiting.at(-1)?.metadata.recordedAt ?? resumed?.asOf ?? new Date(0).toISOString();
    await applyEvents(projection, waiting, stands, { position, asOf });
    stands = position;
    eventsDone += waiting.length;
    onProgress({ eventsDone, position });
    waiting = [];
  }
  return eventsDone;
}
