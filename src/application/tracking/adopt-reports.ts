import type { StatusRefused, StatusReported } from '../../domain/message/message-events.js';
import type { MessageLedger } from '../message-ledger.js';
import type { EventSource, EventStore, RecordedEvent } from '../ports/event-store.js';
import { messageStream } from '../streams.js';

type ReportData = StatusReported['data'] | StatusRefused['data'];

/**
 * Brings stray reports home. A report without a client ref that overtakes the 202 is recorded on a
 * stream of its own, named by its uuid; once that uuid is known to be an attempt of ours, its reports are
 * adopted by the right stream. Adopting twice is harmless: a report is recognised by its id.
 *
 * Who looks when, so that no interleaving loses one: the dispatcher after it has recorded the 202; a
 * webhook before it records a report that may be the repeat of a stray, and after it has recorded one; and the
 * agenda, once the index knows the uuid, for whatever fell between those.
 */
export class AdoptReports {
  constructor(
    private readonly store: EventStore,
    private readonly messages: MessageLedger,
  ) {}

  /** @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict; then try again */
  async execute(messageUuid: string, owner: string, source: EventSource): Promise<void> {
    if (messageUuid === owner) return;
    const { events } = await this.store.read(messageStream(messageUuid));
    for (const recorded of events) {
      // What the stray stream refused is a report too: what it says of cost and time is true.
      if (recorded.event.type === 'StatusReported' || recorded.event.type === 'StatusRefused') {
        await this.adopt(recorded, recorded.event.data, owner, source);
      }
    }
  }

  private async adopt(
    recorded: RecordedEvent,
    data: ReportData,
    owner: string,
    source: EventSource,
  ): Promise<void> {
    const { occurredAt, ...report } = reportOf(data);
    await this.messages.handle(
      owner,
      {
        type: 'AdoptReport',
        // The stray stream knew nothing of attempts; the uuid tells it on the right one.
        report: { ...report, attempt: null },
        occurredAt,
        receivedAt: recorded.metadata.webhook?.receivedAt ?? recorded.metadata.recordedAt,
        adoptedFrom: {
          stream: recorded.stream,
          revision: String(recorded.revision),
          eventId: recorded.id,
        },
      },
      { source, factId: report.reportId, causationId: recorded.id },
    );
  }
}

/** Without what the stray stream made of it. */
function reportOf(data: ReportData): StatusReported['data'] {
  if (!('current' in data)) return data;
  const { current: _current, reason: _reason, adoptedFrom: _adoptedFrom, ...report } = data;
  return report;
}
