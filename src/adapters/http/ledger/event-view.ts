import type { Effect } from '../../../application/auditing/replay-message.js';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';

/** An event as the API shows it. */
export interface EventView {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  /** Opaque; pass it as `after` to go on behind it. */
  readonly position: string;
  readonly type: string;
  readonly version: number;
  readonly recordedAt: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
  readonly effect?: Effect;
}

export const viewEvent = (recorded: RecordedEvent): EventView => ({
  id: recorded.id,
  stream: recorded.stream,
  revision: Number(recorded.revision),
  position: recorded.position,
  type: recorded.event.type,
  version: recorded.version,
  recordedAt: recorded.metadata.recordedAt,
  data: recorded.event.data,
  metadata: recorded.metadata,
});
