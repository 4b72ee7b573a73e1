import type { EventView } from '../../src/adapters/http/ledger/event-view.js';
import { messageIdOfStream } from '../../src/application/streams.js';
import type { DomainEvent } from '../../src/domain/events.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import { evolve, unheardOf, type TrackedMessage } from '../../src/domain/message/message.js';

/** An event of the exported ledger, with the fields that these tests read. */
export interface CopiedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly event: DomainEvent;
  /** The hash of the webhook that caused the event. */
  readonly sha256: string | undefined;
}

/** The whole ledger of a service, by stream, in order. */
export interface LedgerCopy {
  readonly streams: ReadonlyMap<string, readonly CopiedEvent[]>;
  readonly eventCount: number;
}

export async function copyLedger(url: string): Promise<LedgerCopy> {
  const streams = new Map<string, CopiedEvent[]>();
  let eventCount = 0;
  for await (const line of linesOf(await fetch(`${url}/v1/events`))) {
    const copied = copiedEvent(JSON.parse(line) as EventView);
    const stream = streams.get(copied.stream) ?? [];
    stream.push(copied);
    streams.set(copied.stream, stream);
    eventCount += 1;
  }
  return { streams, eventCount };
}

const copiedEvent = ({ id, stream, revision, type, data, metadata }: EventView): CopiedEvent => ({
  id,
  stream,
  revision,
  event: { type, data } as DomainEvent,
  sha256: metadata.webhook?.sha256,
});

async function* linesOf(response: Response): AsyncGenerator<string> {
  if (!response.ok || response.body === null) {
    throw new Error(`the export was answered with ${response.status}`);
  }
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new Error('the export ended in the middle of a line');
}

/** Folds a message's stream; undefined for any other stream. */
export function messageOf(events: readonly CopiedEvent[]): TrackedMessage | undefined {
  if (messageIdOfStream(events[0]?.stream ?? '') === undefined) return undefined;
  const message = events.reduce(
    (state, { event }) => evolve(state, event as MessageEvent),
    unheardOf,
  );
  return message.kind === 'tracked' ? message : undefined;
}

/** Returns the streams whose reports belong to a message with a stream of its own. */
export function adoptedStreams(streams: LedgerCopy['streams']): ReadonlySet<string> {
  const adopted = new Set<string>();
  for (const events of streams.values()) {
    for (const { event } of events) {
      if (event.type !== 'ReportAdopted' && event.type !== 'StatusRefused') continue;
      if (event.data.adoptedFrom !== null) adopted.add(event.data.adoptedFrom.stream);
    }
  }
  return adopted;
}
