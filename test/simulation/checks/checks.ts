import { messageIdOfStream, messageStream } from '../../../src/application/streams.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { checkMessage } from './message-checks.js';
import { checkReadModels } from './read-model-checks.js';
import { isWaiting, messagesIn } from './watcher.js';
import type { World } from '../world.js';

/** Everything that is wrong at the end; an empty list is the expected result. */
export async function checkWorld(world: World): Promise<readonly string[]> {
  const found: string[] = [...world.watcher.findings];
  const find = (finding: string): void => void found.push(world.names.in(finding));
  const all = world.ledger.all();
  const streams = byStream(all);
  checkAcknowledged(world, streams, find);
  checkCalls(world, streams, find);
  for (const [stream, events] of streams) {
    const id = messageIdOfStream(stream);
    if (id === undefined) continue;
    const calls = world.vonage.calls.filter(({ messageId }) => messageId === id);
    for (const finding of checkMessage(events, calls)) find(`${id}: ${finding}`);
  }
  for (const [id, message] of messagesIn(world.ledger)) {
    if (isWaiting(message) && message.kind === 'tracked') {
      find(`${id} still waits in the end: it is ${message.status}`);
    }
  }
  for (const finding of await checkReadModels(world)) find(finding);
  return found;
}

type Streams = ReadonlyMap<string, readonly RecordedEvent[]>;
type Find = (finding: string) => void;

function byStream(all: readonly RecordedEvent[]): Streams {
  const streams = new Map<string, RecordedEvent[]>();
  for (const event of all) {
    const events = streams.get(event.stream) ?? [];
    streams.set(event.stream, events);
    events.push(event);
  }
  return streams;
}

/** No acknowledged fact is lost, and none is recorded twice. */
function checkAcknowledged(world: World, streams: Streams, find: Find): void {
  for (const { id, key } of world.clients.sent) {
    const first = streams.get(messageStream(id))?.[0]?.event;
    if (first?.type !== 'MessageRequested') {
      find(`${key} was acknowledged as ${id}, and is not recorded`);
    }
  }
  const recorded = new Map<string, string[]>();
  for (const [stream, events] of streams) {
    for (const { metadata } of events) {
      const sha256 = metadata.webhook?.sha256;
      if (sha256 === undefined) continue;
      recorded.set(sha256, [...(recorded.get(sha256) ?? []), stream]);
    }
  }
  for (const sha256 of world.acknowledged) {
    const places = recorded.get(sha256) ?? [];
    if (places.length !== 1) {
      find(
        `the webhook ${sha256.slice(0, 8)} was answered with 204, and is recorded on: ${places.join(', ') || 'nothing'}`,
      );
    }
  }
}

/** Each attempt is handed to Vonage at most once, and only after it was recorded. */
function checkCalls(world: World, streams: Streams, find: Find): void {
  const seen = new Set<string>();
  for (const { clientRef, messageId, attempt } of world.vonage.calls) {
    if (seen.has(clientRef)) find(`${clientRef} was handed to Vonage twice`);
    seen.add(clientRef);
    const isStarted = (streams.get(messageStream(messageId)) ?? []).some(
      ({ event }) => event.type === 'AttemptStarted' && event.data.attempt === attempt,
    );
    if (!isStarted) find(`${clientRef} was handed to Vonage, and its start is not recorded`);
  }
}
