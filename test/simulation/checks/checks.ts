import { messageIdOfStream, messageStream } from '../../../src/application/streams.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { checkMessage } from './message-checks.js';
import { checkReadModels } from './read-model-checks.js';
import { isWaiting, messagesIn } from './watcher.js';
import type { World } from '../world.js';

/** Everything that is wrong at the end; an empty list is the expected result. */
export async function checkWorld(world: World): Promise<readonly string[]> {
  const found: string[] = [];
  const find = (finding: string): void => void found.push(world.names.in(finding));
  const all = world.ledger.all();
  const streams = byStream(all);
  checkAcknowledged(world, streams, find);
  checkCalls(world, streams, find);
  checkCaps(world, all, find);
  for (const finding of [...world.watcher.findings, ...world.clients.findings]) find(finding);
  for (const finding of world.watcher.probing.findings(world.vonage.calls, world.plan))
    find(finding);
  for (const [stream, events] of streams) {
    const id = messageIdOfStream(stream);
    if (id === undefined) continue;
    const calls = world.vonage.calls.filter(({ messageId }) => messageId === id);
    for (const finding of checkMessage(events, calls, world.plan)) find(`${id}: ${finding}`);
  }
  for (const [id, message] of messagesIn(world.ledger)) {
    if (isWaiting(message) && message.kind === 'tracked') {
      find(`${id} still waits in the end: it is ${message.status}`);
    }
    if (message.kind !== 'tracked' || message.status !== 'unknown') continue;
    const clientRef = `${id}.${message.attempts.at(-1)?.number}`;
    if (world.vonage.reported.has(clientRef)) {
      find(`${id} is unknown in the end, although a report named ${clientRef}`);
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
  for (const id of world.clients.cancelled) {
    const isThere = streams
      .get(messageStream(id))
      ?.some(({ event }) => event.type === 'MessageCancelled');
    if (isThere !== true) find(`the withdrawal of ${id} was acknowledged, and is not recorded`);
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

/** Never one above a cap; and all of it is used where nothing was killed and no answer was lost. */
function checkCaps(world: World, all: readonly RecordedEvent[], find: Find): void {
  const { messagesPerDay: cap } = world.plan.limits;
  if (cap === null) return;
  const used = new Map<string, number>();
  for (const { event } of all) {
    const isAgain = event.type === 'OutcomeResolved' && event.data.outcome === 'resend';
    if (event.type !== 'MessageRequested' && !isAgain) continue;
    const { sendAt } = event.data as { readonly sendAt?: string | null };
    const { occurredAt } = event.data;
    const day = (sendAt != null && sendAt > occurredAt ? sendAt : occurredAt).slice(0, 10);
    used.set(day, (used.get(day) ?? 0) + 1);
  }
  for (const [day, messages] of used) {
    if (messages > cap) find(`${messages} messages count for ${day}, above the cap of ${cap}`);
  }
  const { store, limits } = world.plan;
  const isWell = store.slow + store.unavailable + store.answerLost + world.kills === 0;
  if (!isWell || limits.messagesPerRecipientHour !== null) return;
  for (const day of world.clients.cappedDays) {
    if (used.get(day) !== cap)
      find(`the cap of ${cap} refused a send for ${day}, which has ${used.get(day)}`);
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
