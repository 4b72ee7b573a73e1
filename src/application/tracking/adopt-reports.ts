import type { StatusRefused, StatusReported } from '../../domain/message/message-events.js';
import { ProjectorUnavailable } from '../errors.js';
import type { Handled, MessageAsOf, MessageLedger } from '../message-ledger.js';
import type { EventSource, EventStore, RecordedEvent } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { Identifiers } from '../ports/identifiers.js';
import { messageStream } from '../streams.js';

type ReportData = StatusReported['data'] | StatusRefused['data'];

/** A report on its stray stream. */
export interface StrayReport {
  readonly recorded: Pick<RecordedEvent, 'id' | 'stream' | 'revision'>;
  readonly data: ReportData;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
}

/**
 * Adopts stray reports. A report without a client ref of ours is always recorded first on the stream that its uuid
 * names; once that uuid is known as an attempt of ours, the message's stream adopts it. Adopting twice is harmless: a
 * report is recognised by its id.
 *
 * Strays are looked for after each of the two events that make one: by the webhook after it has recorded a report, and
 * by the dispatcher after it has recorded the 202. The agenda looks once more when the index knows the uuid, for
 * reports that were recorded before that.
 */
export class AdoptReports {
  constructor(
    private readonly store: EventStore,
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
    private readonly identifiers: Identifiers,
  ) {}

  /**
   * Adopts every report on the stray stream of a uuid.
   * @returns the result of each of them, by report id
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict; then try again
   */
  async execute(
    messageUuid: string,
    owner: string,
    source: EventSource,
  ): Promise<ReadonlyMap<string, Handled>> {
    const adopted = new Map<string, Handled>();
    if (messageUuid === owner) return adopted;
    const { events } = await this.store.read(messageStream(messageUuid));
    for (const recorded of events) {
      // A report that the stray stream refused is adopted too: its cost and time are true. An unreadable event cannot
      // be adopted; the reports around it can.
      if (recorded.damage !== undefined) continue;
      if (recorded.event.type === 'StatusReported' || recorded.event.type === 'StatusRefused') {
        const { data } = recorded.event;
        const receivedAt = recorded.metadata.webhook?.receivedAt ?? recorded.metadata.recordedAt;
        const stray = { recorded, data, receivedAt };
        adopted.set(data.reportId, await this.adopt(stray, owner, source));
      }
    }
    return adopted;
  }

  /**
   * Adopts every report about a message.
   * @param acceptedAt the time of its newest 202, as an event names it: what is in the cache suffices if it holds that event
   * @returns true when nothing is left: until the index knows a uuid, a webhook may still record a stray and find
   *   no owner
   * @throws as `execute`
   */
  async adoptAllFor(messageId: string, acceptedAt?: string): Promise<boolean> {
    const recalled = await this.messages.recall(messageId);
    const isEnough = acceptedAt !== undefined && wasAcceptedAt(acceptedAt, recalled);
    const { message } = isEnough ? recalled : await this.messages.read(messageId);
    const attempts = message.kind === 'tracked' ? message.attempts : [];
    // The agenda asks because of a 202. A report that names the uuid of a call without an answer brings the others home itself.
    const accepted = attempts.filter(({ outcome }) => outcome === 'accepted');
    let isDone = true;
    for (const { messageUuid } of accepted) {
      if (messageUuid === null) continue;
      const isIndexed = (await ownerIfKnown(this.index, messageUuid)) !== undefined;
      if (isIndexed) await this.execute(messageUuid, messageId, 'agenda');
      else isDone = false;
    }
    return isDone;
  }

  /** Adopts one report. @throws as `execute` */
  adopt(
    { recorded, data, receivedAt }: StrayReport,
    owner: string,
    source: EventSource,
  ): Promise<Handled> {
    const { occurredAt, ...report } = reportOf(data);
    return this.messages.handleRecent(
      owner,
      {
        type: 'AdoptReport',
        // The stray stream has no attempts of ours; the uuid applies the report to the right one.
        report: { ...report, attempt: null },
        occurredAt,
        receivedAt,
        adoptedFrom: {
          stream: recorded.stream,
          revision: String(recorded.revision),
          eventId: recorded.id,
        },
      },
      {
        source,
        // The id belongs to the fact, so that a second adoption is a repeat, and the stream cannot hold it already.
        factId: this.identifiers.idOf(report.reportId, 'adopted'),
        causationId: recorded.id,
      },
    );
  }
}

/** Undefined also while the index is made anew: then the agenda, made anew behind it, looks once more. */
export const ownerIfKnown = (
  index: MessageIndex,
  messageUuid: string,
): Promise<string | undefined> =>
  index.messageIdOf(messageUuid).catch((error: unknown) => {
    if (error instanceof ProjectorUnavailable) return undefined;
    throw error;
  });

const wasAcceptedAt = (time: string, { message }: MessageAsOf): boolean =>
  message.kind === 'tracked' && message.attempts.some(({ acceptedAt }) => acceptedAt === time);

/** Returns the report without the stray stream's verdict on it. */
function reportOf(data: ReportData): StatusReported['data'] {
  if (!('current' in data)) return data;
  const { current: _current, reason: _reason, adoptedFrom: _adoptedFrom, ...report } = data;
  return report;
}
