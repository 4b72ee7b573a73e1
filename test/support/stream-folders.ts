import type { EventFeed } from '../../src/application/ports/event-feed.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import type { WholeStreams } from '../../src/application/ports/whole-streams.js';
import { foldStreams, type StreamFolder } from '../../src/application/processes/stream-folds.js';

/** Folds streams on this thread. */
export const folderOver = (ledger: WholeStreams): StreamFolder => ({
  end: () => ledger.end(),
  fold: (...some) => foldStreams(ledger, ...some),
});

/** What a ledger holds now, stream by stream. */
export async function streamsOf(feed: EventFeed): Promise<WholeStreams> {
  const streams = new Map<string, RecordedEvent[]>();
  let newest: RecordedEvent | undefined;
  const options = { prefixes: ['message-'], signal: new AbortController().signal };
  for await (const { events } of feed.readAll(options)) {
    for (const event of events) {
      streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
      newest = event;
    }
  }
  const all = [...streams.values()];
  return {
    end: () => newest && { position: newest.position, asOf: newest.metadata.recordedAt },
    streams({ after, eventsMin }) {
      const events: RecordedEvent[] = [];
      let last = after;
      for (; last < all.length && events.length < eventsMin; last++) {
        events.push(...(all[last] ?? []));
      }
      return { events, last, isLast: last === all.length };
    },
  };
}
