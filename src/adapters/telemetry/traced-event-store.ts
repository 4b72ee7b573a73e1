import { SpanKind, type Span } from '@opentelemetry/api';
import type {
  AppendedEvent,
  AppendResult,
  EventStore,
  ExpectedRevision,
  StoredStream,
} from '../../application/ports/event-store.js';
import type { Cache } from '../../application/ports/cache.js';
import { messageIdOfStream } from '../../application/streams.js';
import { spanContextOf, traceparentOf, type OpenTelemetry } from './open-telemetry.js';

/**
 * Keeps the trace with each message: its events name the span that recorded them, so that a webhook on another instance
 * a day later links to the trace of the request. Both ways are found: the webhook's span links to the request's, and the
 * request's trace gets a short span that links to the webhook's.
 */
export class TracedEventStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly telemetry: OpenTelemetry,
    /** The traceparent of the first event of each stream. */
    private readonly origins: Cache<string, string>,
  ) {}

  async read(stream: string): Promise<StoredStream> {
    const stored = await this.store.read(stream);
    const origin = stored.events[0]?.metadata.traceparent;
    if (origin !== undefined) this.origins.set(stream, origin);
    return stored;
  }

  async append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const messageId = messageIdOfStream(stream);
    if (messageId === undefined) return this.store.append(stream, events, expected);
    const span = this.telemetry.currentSpan;
    if (span !== undefined && expected !== 'no-stream') {
      return this.appendLater(stream, events, expected, span);
    }
    const traceparent =
      span === undefined ? this.origins.get(stream) : traceparentOf(span.spanContext());
    const appended = await this.store.append(stream, withTrace(events, traceparent), expected);
    if (span !== undefined && traceparent !== undefined) {
      span.setAttribute('messaging.message.id', messageId);
      this.origins.set(stream, traceparent);
    }
    return appended;
  }

  checkWritable(): Promise<void> {
    return this.store.checkWritable();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** The traceparent of the request that made the message; undefined where it was not traced. */
  async originOf(stream: string): Promise<string | undefined> {
    const known = this.origins.get(stream);
    if (known !== undefined) return known;
    // A trace is not worth a failed webhook.
    await this.read(stream).catch(() => undefined);
    return this.origins.get(stream);
  }

  /** Records what a request or a webhook adds to a message, and links both traces. */
  private async appendLater(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
    span: Span,
  ): Promise<AppendResult> {
    const context = span.spanContext();
    const [appended, origin] = await Promise.all([
      this.store.append(stream, withTrace(events, traceparentOf(context)), expected),
      this.originOf(stream),
    ]);
    const messageId = messageIdOfStream(stream) ?? '';
    span.setAttribute('messaging.message.id', messageId);
    const linked = spanContextOf(origin);
    if (linked === undefined || linked.traceId === context.traceId) return appended;
    span.addLink({ context: linked });
    const attributes = { 'messaging.message.id': messageId };
    const links = [context];
    const start = { kind: SpanKind.INTERNAL, attributes, parent: origin, links };
    this.telemetry.begin(nameOf(events), start).end();
    return appended;
  }
}

function withTrace(
  events: readonly AppendedEvent[],
  traceparent: string | undefined,
): readonly AppendedEvent[] {
  if (traceparent === undefined) return events;
  return events.map((event) =>
    'metadata' in event ? { ...event, metadata: { ...event.metadata, traceparent } } : event,
  );
}

/** Names what happened, such as `StatusReported delivered`. */
function nameOf(events: readonly AppendedEvent[]): string {
  for (const appended of events) {
    if (!('event' in appended)) continue;
    const { type, data } = appended.event;
    if ('status' in data) return `${type} ${data.status}`;
  }
  const [first] = events;
  return first !== undefined && 'event' in first ? first.event.type : 'copied';
}
